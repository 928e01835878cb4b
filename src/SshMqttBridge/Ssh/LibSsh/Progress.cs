using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// Wakes all calls that wait for a change in a session. All members are called under the session's gate, so no wake-up is lost.
/// </summary>
internal sealed class Progress
{
    private TaskCompletionSource? _next;

    /// <summary>
    /// Completes at the next <see cref="Signal"/>, or when the task from <see cref="Take"/> is completed; awaiters resume on the
    /// completing thread.
    /// </summary>
    public Task Next() => (_next ??= new TaskCompletionSource()).Task;

    /// <summary>Wakes the calls on a thread of the pool.</summary>
    public void Signal() => Take()?.CompleteOnPool();

    /// <summary>
    /// Returns the task of the waiting calls, which the caller completes after it has left the gate; null: no call waits.
    /// </summary>
    public TaskCompletionSource? Take()
    {
        var waiting = _next;
        _next = null;
        return waiting;
    }
}

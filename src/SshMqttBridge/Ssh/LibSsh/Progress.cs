using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Wakes all who wait for something to have changed in a session. All members are called under the session's gate: so no wake-up is lost.</summary>
internal sealed class Progress
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next <see cref="Signal"/>, or when what <see cref="Take"/> gave is completed; who waits goes on where that happens.</summary>
    public Task Next() => (_next ??= new TaskCompletionSource()).Task;

    /// <summary>Wakes them on a thread of the pool.</summary>
    public void Signal() => Take()?.CompleteOnPool();

    /// <summary>Who waits, to be woken by the caller once it has left the gate; null: nobody.</summary>
    public TaskCompletionSource? Take()
    {
        var waiting = _next;
        _next = null;
        return waiting;
    }
}

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Wakes all who wait for something to have changed in a session. Both members are called under the session's gate: so no wake-up is lost.</summary>
internal sealed class Progress
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next <see cref="Signal"/>, on a thread of the pool.</summary>
    public Task Next() => (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Signal()
    {
        var waiting = _next;
        _next = null;
        waiting?.SetResult();
    }
}

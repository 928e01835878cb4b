namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The processes whose awaiters the reading loop wakes after it has left the session's gate.</summary>
internal sealed class ProcessNotifications
{
    private List<LibSshProcess> _pending = [];
    private List<LibSshProcess> _current = [];

    /// <summary>Under the gate: adds a process, once.</summary>
    public void Add(LibSshProcess process)
    {
        if (!_pending.Contains(process))
        {
            _pending.Add(process);
        }
    }

    /// <summary>Under the gate, when all of the last <see cref="Deliver"/> is done: takes what has been added.</summary>
    public void Take() => (_pending, _current) = (_current, _pending);

    /// <summary>Not under the gate: wakes the awaiters of the processes that <see cref="Take"/> took.</summary>
    public void Deliver()
    {
        foreach (var process in _current)
        {
            process.Notify();
        }

        _current.Clear();
    }
}

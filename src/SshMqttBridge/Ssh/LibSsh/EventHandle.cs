namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The poll context that reads the data of a session.</summary>
internal sealed class EventHandle : LibSshHandle
{
    /// <param name="session">A connected session, whose descriptor belongs to this context until it is freed.</param>
    public EventHandle(SessionHandle session)
        : base(NativeMethods.EventNew(), session)
    {
        if (NativeMethods.EventAddSession(this, session) != NativeMethods.Ok)
        {
            Dispose();
            throw new InvalidOperationException("libssh: ssh_event_add_session refused a connected session");
        }
    }

    protected override void Free(nint pointer) => NativeMethods.EventFree(pointer);
}

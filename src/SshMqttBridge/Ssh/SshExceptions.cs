namespace SshMqttBridge.Ssh;

/// <summary>Why a connection could not be had, or is gone.</summary>
internal enum SshFault
{
    /// <summary>Name, route, port, protocol or time: no SSH server to talk to.</summary>
    Connect,

    /// <summary>The server refused who we are, or the key's file could not be used.</summary>
    Authentication,

    /// <summary>The host key was refused, before any secret was sent.</summary>
    HostKey,

    /// <summary>An established connection failed or was closed.</summary>
    Lost,
}

/// <summary>There is no connection, or no more: whatever was on it is over.</summary>
internal sealed class SshConnectionException(SshFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public SshFault Fault { get; } = fault;
}

/// <summary>Why one channel or request did not come about.</summary>
internal enum SshChannelFault
{
    /// <summary>The server refused it, or closed the channel.</summary>
    Refused,

    /// <summary>It is larger than what the library or the server takes: it was not sent.</summary>
    TooLarge,
}

/// <summary>One channel or request was refused; the connection goes on.</summary>
internal sealed class SshChannelException(string message, SshChannelFault fault = SshChannelFault.Refused) : Exception(message)
{
    public SshChannelFault Fault { get; } = fault;
}

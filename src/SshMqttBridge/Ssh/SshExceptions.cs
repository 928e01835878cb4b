using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>Why a connection failed.</summary>
internal enum SshFault
{
    /// <summary>No SSH server could be reached: name, route, port, protocol or time.</summary>
    Connect,

    /// <summary>The server refused the credentials, or the key file could not be used.</summary>
    Authentication,

    /// <summary>The host key was refused, before any secret was sent.</summary>
    HostKey,

    /// <summary>An established connection failed or was closed.</summary>
    Lost,
}

/// <summary>The connection failed or was lost, and with it all of its channels.</summary>
internal sealed class SshConnectionException(SshFault fault, string message, Exception? inner = null)
    : Exception(Printable.Message(message), inner)
{
    public SshFault Fault { get; } = fault;

    /// <summary>With <see cref="SshFault.HostKey"/>: the key; null: unknown.</summary>
    public RefusedHostKey? HostKey { get; init; }
}

/// <summary>Why one channel or request failed.</summary>
internal enum SshChannelFault
{
    /// <summary>The server refused it, or closed the channel.</summary>
    Refused,

    /// <summary>It exceeds the limit of the library or the server: it was not sent.</summary>
    TooLarge,
}

/// <summary>One channel or request was refused; the connection stays open.</summary>
internal sealed class SshChannelException(string message, SshChannelFault fault = SshChannelFault.Refused)
    : Exception(Printable.Message(message))
{
    public SshChannelFault Fault { get; } = fault;
}

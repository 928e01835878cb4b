using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>A channel of the type <c>session</c> (RFC 4254 §6.1).</summary>
internal sealed class SessionChannel : ChannelOpenInfo
{
    public override string ChannelType => "session";
}

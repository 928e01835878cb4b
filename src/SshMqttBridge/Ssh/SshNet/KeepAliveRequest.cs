using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// The keepalive request of OpenSSH's client. Servers reply with a failure, since they do not support it; asyncssh closes the
/// connection on other requests.
/// </summary>
internal sealed class KeepAliveRequest : GlobalRequestMessage
{
    private static readonly byte[] Name = "keepalive@openssh.com"u8.ToArray();

    protected override int BufferCapacity => sizeof(byte) + sizeof(int) + Name.Length + sizeof(byte);

    protected override void SaveData()
    {
        WriteBinaryString(Name);
        Write(true);
    }
}

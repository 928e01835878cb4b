using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// The global request by which OpenSSH's client asks for a sign of life. Servers answer it with a failure, as they do not know it; asyncssh hangs up on others.
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

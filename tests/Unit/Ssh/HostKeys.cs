using System.Buffers.Binary;
using System.Text;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

/// <summary>Makes well-formed public keys without a private key.</summary>
internal static class HostKeys
{
    public static HostKey Ed25519(byte content) => Of("ssh-ed25519", [content]);

    public static HostKey Of(string type, ReadOnlySpan<byte> content)
    {
        var name = Encoding.ASCII.GetBytes(type);
        var blob = new byte[4 + name.Length + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(blob, name.Length);
        name.CopyTo(blob, 4);
        content.CopyTo(blob.AsSpan(4 + name.Length));
        return new HostKey(type, blob);
    }
}

using System.Buffers.Binary;
using System.Text;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Verifies the server's key when the server presents it, before authentication. At later key exchanges it must be the same.
/// </summary>
internal sealed class HostKeyCheck
{
    private readonly Func<HostKey, string?> _refuse;
    private readonly SessionLink _link;

    public HostKeyCheck(Func<HostKey, string?> refuse, SessionLink link)
    {
        _refuse = refuse;
        _link = link;
        link.Session.HostKeyReceived += (_, received) => Verify(received);
    }

    /// <summary>The key; null: the server has not presented it yet.</summary>
    public HostKey? Key { get; private set; }

    /// <summary>Why the key was refused; null: it was not.</summary>
    public SshConnectionException? Refusal { get; private set; }

    private void Verify(HostKeyEventArgs received)
    {
        var blob = received.HostKey;

        // The blob begins with its type, a string after its length. SSH.NET has parsed it already.
        var length = BinaryPrimitives.ReadInt32BigEndian(blob);
        HostKey key = new(Encoding.ASCII.GetString(blob, sizeof(int), length), blob);
        if (Key is not null)
        {
            received.CanTrust = key.Equals(Key);
            return;
        }

        Key = key;
        if (_refuse(key) is { } why)
        {
            Refusal = new SshConnectionException(SshFault.HostKey, why);
            received.CanTrust = false;

            // SSH.NET sends a disconnect message only after authentication.
            _link.SendNow(new DisconnectMessage(DisconnectReason.HostKeyNotVerifiable, "host key refused"));
        }
    }
}

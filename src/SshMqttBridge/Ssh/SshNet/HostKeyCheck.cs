using System.Buffers.Binary;
using System.Text;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Has the server's key judged when it is shown, before anything is sent to authenticate; at later key exchanges it must be the same.</summary>
internal sealed class HostKeyCheck
{
    private readonly Func<HostKey, string?> _refuse;
    private readonly SessionLink _link;

    public HostKeyCheck(Func<HostKey, string?> refuse, SessionLink link)
    {
        _refuse = refuse;
        _link = link;
        link.Session.HostKeyReceived += (_, shown) => Judge(shown);
    }

    /// <summary>The key, once it was shown.</summary>
    public HostKey? Key { get; private set; }

    /// <summary>Why it was refused; null: it was not.</summary>
    public SshConnectionException? Refusal { get; private set; }

    private void Judge(HostKeyEventArgs shown)
    {
        var blob = shown.HostKey;

        // The blob begins with its type, a string with its length before it; SSH.NET has parsed it by now.
        var length = BinaryPrimitives.ReadInt32BigEndian(blob);
        HostKey key = new(Encoding.ASCII.GetString(blob, sizeof(int), length), blob);
        if (Key is not null)
        {
            shown.CanTrust = key.Equals(Key);
            return;
        }

        Key = key;
        if (_refuse(key) is { } why)
        {
            Refusal = new SshConnectionException(SshFault.HostKey, why);
            shown.CanTrust = false;

            // SSH.NET says goodbye only where it has logged in.
            _link.SendNow(new DisconnectMessage(DisconnectReason.HostKeyNotVerifiable, "host key refused"));
        }
    }
}

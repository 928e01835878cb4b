using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Compression;
using Renci.SshNet.Messages.Transport;
using Renci.SshNet.Security;
using Cipher = Renci.SshNet.Security.Cryptography.Cipher;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Notifies the link of key exchanges: between the start and the end of one, no other message may be sent (RFC 4253 §7.1).
/// </summary>
internal sealed class WatchedKeyExchange(IKeyExchange inner, SessionLink link) : IKeyExchange
{
    public string Name => inner.Name;

    public byte[] ExchangeHash => inner.ExchangeHash;

    public event EventHandler<HostKeyEventArgs> HostKeyReceived
    {
        add => inner.HostKeyReceived += value;
        remove => inner.HostKeyReceived -= value;
    }

    public void Start(Session session, KeyExchangeInitMessage message, bool sendClientInitMessage)
    {
        link.BeginKeyExchange();
        inner.Start(session, message, sendClientInitMessage);
    }

    public void Finish() => inner.Finish();

    public Cipher CreateClientCipher(out bool isAead) => inner.CreateClientCipher(out isAead);

    public Cipher CreateServerCipher(out bool isAead) => inner.CreateServerCipher(out isAead);

    public HashAlgorithm CreateServerHash(out bool isEncryptThenMAC) => inner.CreateServerHash(out isEncryptThenMAC);

    public HashAlgorithm CreateClientHash(out bool isEncryptThenMAC) => inner.CreateClientHash(out isEncryptThenMAC);

    public Compressor CreateCompressor() => inner.CreateCompressor();

    public Compressor CreateDecompressor() => inner.CreateDecompressor();

    /// <summary>The session disposes of it when the new keys are in use.</summary>
    public void Dispose()
    {
        inner.Dispose();
        link.EndKeyExchange();
    }
}

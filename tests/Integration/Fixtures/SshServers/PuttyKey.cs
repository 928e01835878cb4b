using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>Writes a key of ssh-keygen's as PuTTY keeps it (version 2 of its format, not encrypted).</summary>
internal static class PuttyKey
{
    private const string Type = "ssh-ed25519";
    private const string Comment = "test";

    /// <param name="key">The path of an Ed25519 key in OpenSSH's format, without a passphrase.</param>
    public static string Convert(string key)
    {
        var base64 = File.ReadAllLines(key).Where(line => !line.StartsWith("-----", StringComparison.Ordinal));
        ReadOnlySpan<byte> rest = System.Convert.FromBase64String(string.Concat(base64)).AsSpan("openssh-key-v1\0".Length);
        _ = Take(ref rest); // cipher
        _ = Take(ref rest); // key derivation
        _ = Take(ref rest); // its options
        rest = rest[sizeof(int)..]; // how many keys
        var publicKey = Take(ref rest).ToArray();
        var section = Take(ref rest)[(2 * sizeof(int))..];
        _ = Take(ref section); // type
        _ = Take(ref section); // public key
        var seed = Take(ref section)[..32].ToArray();
        byte[] privateKey = [.. Length(seed.Length), .. seed];
        return $"""
            PuTTY-User-Key-File-2: {Type}
            Encryption: none
            Comment: {Comment}
            Public-Lines: {Lines(publicKey)}
            Private-Lines: {Lines(privateKey)}
            Private-MAC: {Mac(publicKey, privateKey)}

            """;
    }

    private static string Lines(byte[] blob)
    {
        var lines = System.Convert.ToBase64String(blob).Chunk(64).Select(line => new string(line)).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{lines.Count}\n{string.Join('\n', lines)}");
    }

#pragma warning disable CA5350 // The format asks for it.
    private static string Mac(byte[] publicKey, byte[] privateKey)
    {
        byte[] data =
        [
            .. Text(Encoding.ASCII.GetBytes(Type)),
            .. Text(Encoding.ASCII.GetBytes("none")),
            .. Text(Encoding.ASCII.GetBytes(Comment)),
            .. Text(publicKey),
            .. Text(privateKey),
        ];
        return System.Convert.ToHexStringLower(HMACSHA1.HashData(SHA1.HashData("putty-private-key-file-mac-key"u8), data));
    }
#pragma warning restore CA5350

    private static byte[] Text(byte[] text) => [.. Length(text.Length), .. text];

    private static byte[] Length(int length)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(rest);
        var taken = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return taken;
    }
}

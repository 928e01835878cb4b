using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Reads private key files and reports why one cannot be used, in the same words whichever library parses the content.
/// </summary>
internal static class PrivateKeyLoader
{
    // The largest keys have some 13 KiB: a larger file is not a key.
    private const long MaximumBytes = 1024 * 1024;

    /// <summary>Parses the content of a key file with a library.</summary>
    /// <typeparam name="T">The library's type of a key.</typeparam>
    /// <param name="passphrase">Null: parse without one.</param>
    /// <param name="needsPassphrase">Whether parsing without a passphrase failed because the key is encrypted.</param>
    /// <returns>The key; null: the content cannot be parsed.</returns>
    public delegate T? Parser<T>(Secret? passphrase, out bool needsPassphrase)
        where T : class;

    /// <param name="file">At most 1 MiB.</param>
    /// <param name="trailingZeros">How many zero bytes to append, for a library that requires a terminator.</param>
    /// <exception cref="SshConnectionException">The file is missing, too large, or cannot be read.</exception>
    public static byte[] ReadFile(string file, int trailingZeros = 0)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaximumBytes)
            {
                throw Unusable($"the file {file} is too large to be a private key");
            }

            var content = new byte[stream.Length + trailingZeros];
            stream.ReadExactly(content, 0, content.Length - trailingZeros);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable($"the key {file} is missing", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"the key {file} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Parses without the passphrase first, to find out whether one is needed.</summary>
    /// <param name="formats">The formats that the library supports, for the message.</param>
    /// <exception cref="SshConnectionException">The file is not a key, or is encrypted and the passphrase does not decrypt
    /// it.</exception>
    public static T Open<T>(SshPrivateKey key, string formats, Parser<T> parse)
        where T : class
    {
        if (parse(passphrase: null, out var needsPassphrase) is { } plain)
        {
            return plain;
        }

        if (!needsPassphrase)
        {
            throw Unusable($"the file {key.File} is not a private key in {formats} format");
        }

        if (key.Passphrase is null)
        {
            throw Unusable($"the key {key.File} is encrypted and needs a passphrase");
        }

        return parse(key.Passphrase, out _) ?? throw Unusable($"the passphrase does not open the key {key.File}");
    }

    /// <summary>A key or certificate file that cannot be used is a failure of authentication.</summary>
    public static SshConnectionException Unusable(string message, Exception? inner = null) =>
        new(SshFault.Authentication, message, inner);
}

using System.Security.Cryptography;
using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>The token for signing in. Exposes only keys derived from it, never the token itself.</summary>
internal sealed class ConsoleToken
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>160 bits.</summary>
    private const int Length = 32;

    private const int MaximumFileBytes = 64 * 1024;

    private readonly byte[] _token;

    /// <param name="token">
    /// At least <see cref="WebConsoleOptions.MinimumTokenLength"/> characters, without surrounding white space.
    /// </param>
    public ConsoleToken(string token) => _token = Encoding.UTF8.GetBytes(token.Trim());

    /// <summary>Reads the token from a file that must exist.</summary>
    /// <exception cref="ConsoleException">The file cannot be read, or contains no token.</exception>
    public static ConsoleToken Read(string file)
    {
        if (!SmallFile.TryRead(file, MaximumFileBytes, out var content, out var problem))
        {
            throw new ConsoleException($"The web console's token file {file} {problem}.");
        }

        var text = Encoding.UTF8.GetString(content.Content).Trim();
        return text.Length >= WebConsoleOptions.MinimumTokenLength
            ? new ConsoleToken(text)
            : throw new ConsoleException(
                $"The web console's token file {file} has fewer than {WebConsoleOptions.MinimumTokenLength} characters: "
                    + "delete it, and the bridge will generate a new one."
            );
    }

    /// <summary>Reads the token from a file, and generates both if the file does not exist.</summary>
    /// <exception cref="ConsoleException">The file cannot be read or created, or contains no token.</exception>
    public static ConsoleToken ReadOrGenerate(string file)
    {
        if (!File.Exists(file))
        {
            Generate(file);
        }

        return Read(file);
    }

    /// <summary>Whether this is the token, compared in constant time.</summary>
    public bool Is(string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(_token), SHA256.HashData(Encoding.UTF8.GetBytes(token.Trim())));

    /// <summary>Derives a key of 32 bytes, which reveals neither the token nor a key for another purpose (RFC 5869).</summary>
    public byte[] KeyFor(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _token, 32, info: Encoding.UTF8.GetBytes("SshMqttBridge " + purpose));

    public override string ToString() => "***";

    /// <summary>Uses a temporary name first, so that a kill leaves no incomplete token.</summary>
    private static void Generate(string file)
    {
        var temporary = file + ".new";
        try
        {
            File.Delete(temporary);
            using (var stream = new FileStream(temporary, OwnerOnly.Options(FileMode.CreateNew)))
            {
                stream.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Alphabet, Length) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConsoleException($"The web console's token cannot be written to {file}: {exception.Message}", exception);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>The token that opens the console. Its text is never told; keys that are derived from it are.</summary>
internal sealed class ConsoleToken
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>160 bits.</summary>
    private const int Length = 32;

    private const int LargestFileBytes = 64 * 1024;

    private readonly byte[] _token;

    /// <param name="token">At least <see cref="WebConsoleOptions.ShortestToken"/> characters; white space around it does not count.</param>
    public ConsoleToken(string token) => _token = Encoding.UTF8.GetBytes(token.Trim());

    /// <summary>Reads the token from a file that must be there.</summary>
    /// <exception cref="ConsoleException">It cannot be read, or holds no token.</exception>
    public static ConsoleToken Read(string file)
    {
        if (!SmallFile.TryRead(file, LargestFileBytes, out var content, out var problem))
        {
            throw new ConsoleException($"The web console's token file {file} {problem}.");
        }

        var text = Encoding.UTF8.GetString(content.Content).Trim();
        return text.Length >= WebConsoleOptions.ShortestToken
            ? new ConsoleToken(text)
            : throw new ConsoleException(
                $"The web console's token file {file} holds fewer than {WebConsoleOptions.ShortestToken} characters: delete it, and the bridge makes a new one."
            );
    }

    /// <summary>Reads the token from a file, making both where there is none.</summary>
    /// <exception cref="ConsoleException">It cannot be read or made, or holds no token.</exception>
    public static ConsoleToken ReadOrMake(string file)
    {
        if (!File.Exists(file))
        {
            Make(file);
        }

        return Read(file);
    }

    /// <summary>Whether this is the token. Takes as long for one wrong token as for another.</summary>
    public bool Is(string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(_token), SHA256.HashData(Encoding.UTF8.GetBytes(token.Trim())));

    /// <summary>Makes a key of 32 bytes that tells nothing about the token, nor about a key for another purpose (RFC 5869).</summary>
    public byte[] KeyFor(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _token, 32, info: Encoding.UTF8.GetBytes("SshMqttBridge " + purpose));

    public override string ToString() => "***";

    /// <summary>Under another name first: killed in between, the bridge must not find half a token.</summary>
    private static void Make(string file)
    {
        var making = file + ".new";
        try
        {
            File.Delete(making);
            using (
                var stream = new FileStream(
                    making,
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    }
                )
            )
            {
                stream.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Alphabet, Length) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(making, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConsoleException($"The web console's token cannot be kept in {file}: {exception.Message}", exception);
        }
    }
}

using System.Text;

namespace SshMqttBridge.Ssh;

/// <summary>Encodes a command line for the server: UTF-8, within the limits of the library and the server.</summary>
internal static class CommandText
{
    /// <summary>Dropbear closes the connection for longer commands (its <c>MAX_CMD_LEN</c>).</summary>
    private const int DropbearBytes = 9000;

    /// <summary>The longest command in bytes, as far as it is known beforehand.</summary>
    /// <param name="libraryBytes">What the library can send.</param>
    /// <param name="serverVersion">The server's identification string, for example <c>SSH-2.0-dropbear_2022.83</c>; null:
    /// unknown.</param>
    public static int LimitFor(int libraryBytes, string? serverVersion) =>
        ServerSoftware.IsDropbear(serverVersion) ? Math.Min(libraryBytes, DropbearBytes) : libraryBytes;

    /// <summary>The bytes to send.</summary>
    /// <param name="limitBytes">Longer commands are refused.</param>
    /// <param name="hint">How to raise the limit, appended to the message; empty: it cannot be raised.</param>
    /// <exception cref="ArgumentException">It contains U+0000.</exception>
    /// <exception cref="SshChannelException">It is too large; nothing has been sent.</exception>
    public static byte[] Encode(string command, int limitBytes, string hint = "")
    {
        if (command.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("a command cannot contain the character U+0000", nameof(command));
        }

        var length = Encoding.UTF8.GetByteCount(command);
        return length <= limitBytes
            ? Encoding.UTF8.GetBytes(command)
            : throw new SshChannelException(
                $"The command has {length} bytes; this server accepts at most {limitBytes}. "
                    + $"Send the data as standard input, or copy a script to the server and run it.{hint}",
                SshChannelFault.TooLarge
            );
    }
}

using System.Text;

namespace SshMqttBridge.Ssh;

/// <summary>A command line on its way to the server: UTF-8, within what the library and the server take.</summary>
internal static class CommandText
{
    /// <summary>Dropbear ends the connection for more (its <c>MAX_CMD_LEN</c>).</summary>
    private const int DropbearBytes = 9000;

    /// <summary>How much goes, as far as it can be known beforehand.</summary>
    /// <param name="libraryBytes">What the library can send.</param>
    /// <param name="serverVersion">The server's identification string, as <c>SSH-2.0-dropbear_2022.83</c>; null: unknown.</param>
    public static int LimitFor(int libraryBytes, string? serverVersion) =>
        serverVersion?.Contains("-dropbear", StringComparison.Ordinal) == true
            ? Math.Min(libraryBytes, DropbearBytes)
            : libraryBytes;

    /// <summary>The bytes to send.</summary>
    /// <param name="limitBytes">More is refused.</param>
    /// <param name="hint">What helps against the limit, appended to the message; empty: nothing.</param>
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
                $"The command has {length} bytes; at most {limitBytes} can be sent to this server. "
                    + $"Send the data as standard input, or put a script there and run it.{hint}",
                SshChannelFault.TooLarge
            );
    }
}

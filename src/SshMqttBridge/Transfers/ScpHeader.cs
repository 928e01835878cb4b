using System.Buffers;
using System.Buffers.Text;

namespace SshMqttBridge.Transfers;

/// <summary>The lines a sending scp puts before a file, without their first letter.</summary>
internal static class ScpHeader
{
    private static readonly SearchValues<byte> DigitsAndSpace = SearchValues.Create("0123456789 "u8);

    /// <summary><c>0644 1234 name</c>: an octal mode, a size, and a name, which is ignored.</summary>
    public static bool TryParseSize(ReadOnlySpan<byte> line, out long size)
    {
        size = 0;
        if (line.Length < 5 || line[..4].ContainsAnyExceptInRange((byte)'0', (byte)'7') || line[4] != ' ')
        {
            return false;
        }
        line = line[5..];
        var end = line.IndexOf((byte)' ');
        return end > 0
            && line.Length > end + 1
            && !line[..end].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(line[..end], out size, out var used)
            && used == end;
    }

    /// <summary><c>1700000000 0 1700000000 0</c>: times of modification and access, which are ignored.</summary>
    public static bool IsTimes(ReadOnlySpan<byte> line) =>
        line.Length is > 0 and < 100 && !line.ContainsAnyExcept(DigitsAndSpace) && line.Count((byte)' ') == 3;
}

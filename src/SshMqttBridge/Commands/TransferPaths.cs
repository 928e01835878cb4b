using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SshMqttBridge.Commands;

/// <summary>
/// The plain-text payload of <c>get</c> and <c>put</c>: a source and a destination, separated by one or more spaces. A name
/// with spaces must be in double quotes, and <c>""</c> inside them is one quote character. A final line end is ignored: many
/// tools add one.
/// </summary>
internal static class TransferPaths
{
    public static bool TryParse(
        string payload,
        [NotNullWhen(true)] out string? source,
        [NotNullWhen(true)] out string? destination,
        [NotNullWhen(false)] out string? error
    )
    {
        (source, destination) = (null, null);
        var rest = WithoutLineEnd(payload);
        var names = new string[2];
        var count = 0;
        for (rest = rest.TrimStart(' '); !rest.IsEmpty; rest = rest.TrimStart(' '))
        {
            if (count == names.Length)
            {
                error = "expected '<source> <destination>', found a third name; a name with spaces must be in double quotes";
                return false;
            }
            if (!TryTakeName(ref rest, out names[count], out error))
            {
                return false;
            }
            count++;
        }
        if (count < names.Length)
        {
            error = $"expected '<source> <destination>', found {(count == 0 ? "nothing" : "one name only")}";
            return false;
        }
        (source, destination, error) = (names[0], names[1], null);
        return true;
    }

    /// <summary>Formats two names so that <see cref="TryParse"/> reads them. Neither may be empty.</summary>
    public static string Format(string source, string destination) => $"{FormatName(source)} {FormatName(destination)}";

    private static ReadOnlySpan<char> WithoutLineEnd(string payload)
    {
        var text = payload.AsSpan();
        text = text.EndsWith('\n') ? text[..^1] : text;
        return text.EndsWith('\r') ? text[..^1] : text;
    }

    private static string FormatName(string name) =>
        name.Any(c => c is ' ' or '"' || char.IsControl(c))
            ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : name;

    private static bool TryTakeName(ref ReadOnlySpan<char> rest, out string name, [NotNullWhen(false)] out string? error) =>
        rest[0] == '"' ? TryTakeQuoted(ref rest, out name, out error) : TryTakePlain(ref rest, out name, out error);

    private static bool TryTakePlain(ref ReadOnlySpan<char> rest, out string name, [NotNullWhen(false)] out string? error)
    {
        var end = rest.IndexOf(' ');
        name = (end < 0 ? rest : rest[..end]).ToString();
        rest = rest[name.Length..];
        error =
            name.Contains('"', StringComparison.Ordinal)
                ? "a name with a quote character must be in double quotes as a whole, and the quote doubled"
            : name.Any(char.IsControl) ? "a name with a tab, line end or other control character must be in double quotes"
            : null;
        return error is null;
    }

    private static bool TryTakeQuoted(ref ReadOnlySpan<char> rest, out string name, [NotNullWhen(false)] out string? error)
    {
        var result = new StringBuilder();
        error = null;
        rest = rest[1..];
        while (true)
        {
            var quote = rest.IndexOf('"');
            if (quote < 0)
            {
                error = "a double quote is not closed";
                break;
            }
            result.Append(rest[..quote]);
            rest = rest[(quote + 1)..];
            if (!rest.StartsWith('"'))
            {
                error =
                    !rest.IsEmpty && rest[0] != ' ' ? "after a closing double quote there must be a space or the end"
                    : result.Length == 0 ? "a name is empty"
                    : null;
                break;
            }
            result.Append('"');
            rest = rest[1..];
        }
        name = result.ToString();
        return error is null;
    }
}

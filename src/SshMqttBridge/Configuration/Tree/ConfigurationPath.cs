using System.Text;

namespace SshMqttBridge.Configuration.Tree;

/// <summary>Formats the path of a value, for example <c>servers.nas.port</c>.</summary>
internal static class ConfigurationPath
{
    private const int MaximumTextLength = 60;

    public static string Join(string path, string key)
    {
        var name = Printable(key);
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    /// <summary>A name for the top of the file, which has no path.</summary>
    public static string OrRoot(string path) => path.Length == 0 ? "(top level)" : path;

    /// <summary>Converts text for one line of a log: escapes control characters and truncates to 60 characters.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (var character in text)
        {
            if (printable.Length >= MaximumTextLength)
            {
                return printable.Append('…').ToString();
            }

            _ = char.IsControl(character) ? printable.Append($"\\u{(int)character:x4}") : printable.Append(character);
        }

        return printable.ToString();
    }
}

namespace SshMqttBridge.Transfers;

/// <summary>Quotes text as one word of a POSIX shell's command line.</summary>
internal static class ShellWord
{
    /// <summary>
    /// In single quotes only the quote itself is special, so it is placed outside of them: <c>it's</c> is <c>'it'\''s'</c>.
    /// </summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

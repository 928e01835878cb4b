namespace SshMqttBridge.Transfers;

/// <summary>Text as one word of a POSIX shell's command line.</summary>
internal static class ShellWord
{
    /// <summary>In single quotes nothing is special but the quote itself, which is put outside of them: <c>it's</c> is <c>'it'\''s'</c>.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>The files that the console reads.</summary>
/// <param name="GeneratedTokenFile">The token for signing in, which the bridge generates, unless the configuration names another
/// file.</param>
/// <param name="JournalFile">The history of commands.</param>
internal sealed record ConsoleFiles(string GeneratedTokenFile, string JournalFile)
{
    /// <summary>The file with the token.</summary>
    public string TokenFileOf(WebConsoleOptions options) => options.TokenFile ?? GeneratedTokenFile;
}

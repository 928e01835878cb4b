namespace SshMqttBridge.WebConsole;

/// <summary>The files that the console reads.</summary>
/// <param name="TokenFile">The token for signing in.</param>
/// <param name="MakesToken">Whether the bridge generates a token if the file does not exist.</param>
/// <param name="JournalFile">The history of commands.</param>
internal sealed record ConsoleFiles(string TokenFile, bool MakesToken, string JournalFile);

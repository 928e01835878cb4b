namespace SshMqttBridge.WebConsole;

/// <summary>The files that the console reads.</summary>
/// <param name="TokenFile">The token that a user signs in with.</param>
/// <param name="MakesToken">Whether the bridge writes a new token where the file does not exist.</param>
/// <param name="JournalFile">The history of commands.</param>
internal sealed record ConsoleFiles(string TokenFile, bool MakesToken, string JournalFile);

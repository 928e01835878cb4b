using SshMqttBridge.Common;

namespace SshMqttBridge.Actions;

/// <summary>
/// Passes arguments to a command line as shell variables set before it. Each value is a quoted <see cref="ShellWord"/>; the
/// command line itself is not parsed, so the bridge does not depend on how a shell reads it.
/// </summary>
internal static class ShellVariable
{
    /// <summary><c>service='nginx'; systemctl restart "$service"</c></summary>
    /// <param name="commandLine">From the configuration.</param>
    /// <param name="values">Names valid for <see cref="ShellVariableName"/>, and texts without control characters.</param>
    public static string Prefix(string commandLine, IEnumerable<(string Name, string Value)> values) =>
        string.Concat(values.Select(pair => $"{pair.Name}={ShellWord.Quote(pair.Value)}; ")) + commandLine;
}

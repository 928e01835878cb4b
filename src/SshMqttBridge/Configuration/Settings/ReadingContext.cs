using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The context for reading all sections.</summary>
/// <param name="Directory">The configuration file's folder, absolute; relative names are relative to it.</param>
/// <param name="Home">The folder that <c>~</c> denotes.</param>
internal sealed record ReadingContext(ConfigurationDiagnostics Diagnostics, string Directory, string Home)
{
    /// <summary>Makes a file's name absolute.</summary>
    public string Absolute(string name)
    {
        var path = name == "~" || name.StartsWith("~/", StringComparison.Ordinal) ? Home + name[1..] : name;
        return Path.GetFullPath(path, Directory);
    }
}

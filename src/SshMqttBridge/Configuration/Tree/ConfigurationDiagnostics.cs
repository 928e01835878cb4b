namespace SshMqttBridge.Configuration.Tree;

/// <summary>
/// Collects the faults and warnings of the configuration, to report all of them at once.
/// Reports duplicates once, because a default is read for each server. Not thread-safe.
/// </summary>
internal sealed class ConfigurationDiagnostics
{
    private readonly HashSet<ConfigurationFault> _known = [];
    private readonly HashSet<string> _knownWarnings = [];
    private readonly List<ConfigurationFault> _faults = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<ConfigurationFault> Faults => _faults;
    public IReadOnlyList<string> Warnings => _warnings;

    public void Fault(string path, string message, string? origin = null)
    {
        var fault = new ConfigurationFault(path, message, origin);
        if (_known.Add(fault))
        {
            _faults.Add(fault);
        }
    }

    public void Warn(string message)
    {
        if (_knownWarnings.Add(message))
        {
            _warnings.Add(message);
        }
    }

    /// <summary>Warns if a file that contains a secret is readable by users other than its owner.</summary>
    public void WarnIfExposed(string file, bool isExposed)
    {
        if (isExposed)
        {
            Warn($"{file} contains a secret and is readable by other users: chmod 600 {file}");
        }
    }
}

namespace SshMqttBridge.Hosting;

/// <summary>
/// Notices that the configuration file has changed. It reads the file instead of waiting for events of the file system: those tell
/// nothing of a file in a mounted volume, or behind a link that is replaced. Not thread-safe.
/// </summary>
internal sealed class ConfigurationWatch(ConfigurationSource source)
{
    /// <summary>How often to ask.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private string? _known = source.Fingerprint();
    private string? _seen;

    /// <summary>
    /// Whether the file has changed since the last time, and not any more since the last call: it may just be written.
    /// </summary>
    public bool HasChanged()
    {
        var now = source.Fingerprint();
        var isSettled = now == _seen;
        _seen = now;
        if (now is null || now == _known || !isSettled)
        {
            return false;
        }

        _known = now;
        return true;
    }

    /// <summary>Call it when the file is read for another reason.</summary>
    public void Reset() => _known = source.Fingerprint();
}

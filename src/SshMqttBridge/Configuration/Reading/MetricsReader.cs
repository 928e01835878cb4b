using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>metrics</c>.</summary>
internal static class MetricsReader
{
    /// <summary>Returns the options as far as they are valid; the rest are faults.</summary>
    public static MetricsOptions Read(SectionReader section) =>
        new() { Enabled = section.Read(MetricsSettings.Enabled), Url = section.Read(MetricsSettings.Url) };
}

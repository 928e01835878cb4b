using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>homeAssistant</c>.</summary>
internal static class HomeAssistantReader
{
    /// <summary>Returns the options as far as they are valid; the rest are faults.</summary>
    public static HomeAssistantOptions Read(SectionReader section) =>
        new()
        {
            Enabled = section.Read(HomeAssistantSettings.Enabled),
            DiscoveryPrefix = section.Read(HomeAssistantSettings.DiscoveryPrefix),
        };
}

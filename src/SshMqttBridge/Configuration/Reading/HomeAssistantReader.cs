using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>homeAssistant</c>.</summary>
internal static class HomeAssistantReader
{
    /// <summary>Returns what could be read; faults stand where something could not.</summary>
    public static HomeAssistantOptions Read(ReadingContext context, MappingNode values)
    {
        var section = new SectionReader(context, ConfigurationKeys.HomeAssistant, ("homeAssistant", values));
        var defaults = new HomeAssistantOptions();
        return defaults with
        {
            Enabled = section.Flag("enabled") ?? defaults.Enabled,
            DiscoveryPrefix = section.Text("discoveryPrefix", TopicRules.ValidateBaseTopic) ?? defaults.DiscoveryPrefix,
        };
    }
}

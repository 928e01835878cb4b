using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A setting without a default: null if the file has none.</summary>
/// <param name="defaultText">The meaning of null, in Markdown, as in docs/configuration.md.</param>
internal class OptionalSetting<T>(string name, SettingType<T> type, string defaultText, string description)
    : Setting(name, description)
{
    public SettingType<T> Type { get; } = type;
    public override string TypeText => Type.Text;
    public override string DefaultText { get; } = defaultText;

    protected override JsonObject TypeSchema() => Type.Schema();
}

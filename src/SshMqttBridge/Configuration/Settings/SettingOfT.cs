using System.Text.Json;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A setting with a default.</summary>
internal sealed class Setting<T>(string name, SettingType<T> type, T defaultValue, string description)
    : Setting(name, description)
{
    public SettingType<T> Type { get; } = type;

    /// <summary>The value if the file has none.</summary>
    public T Default { get; } = defaultValue;

    public override string TypeText => Type.Text;

    public override string DefaultText =>
        DefaultJson switch
        {
            { } json when json.GetValueKind() == JsonValueKind.Number => json.ToString(),
            { } json => $"`{json}`",
            null => "none",
        };

    public override JsonNode? DefaultJson => Type.ToJson(Default) is JsonArray { Count: 0 } ? null : Type.ToJson(Default);

    protected override JsonObject TypeSchema() => Type.Schema();
}

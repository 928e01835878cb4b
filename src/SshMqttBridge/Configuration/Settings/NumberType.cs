using System.Globalization;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A number of any size, with or without a sign or a fraction.</summary>
internal sealed class NumberType : ScalarType<decimal>
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    public override string Text => "number";

    public override JsonObject Schema() => SchemaKeywords.Number();

    public override JsonNode ToJson(decimal value) => JsonValue.Create(value);

    protected override string? Parse(string text, out decimal value) =>
        decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out value) ? null : "must be a number";
}

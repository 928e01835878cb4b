using System.Globalization;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A duration within a range, in whole seconds without a unit.</summary>
internal sealed class WholeSecondsType(int minimum, int maximum) : ScalarType<TimeSpan>
{
    public override string Text => $"whole seconds, {minimum} to {maximum}";

    public override JsonObject Schema() => SchemaKeywords.WholeNumber(minimum, maximum);

    public override JsonNode ToJson(TimeSpan value) => JsonValue.Create((int)value.TotalSeconds);

    protected override string? Parse(string text, out TimeSpan value)
    {
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number >= minimum && number <= maximum)
        {
            value = TimeSpan.FromSeconds(number);
            return null;
        }

        value = TimeSpan.Zero;
        return $"must be a whole number of seconds from {minimum} to {maximum}";
    }
}

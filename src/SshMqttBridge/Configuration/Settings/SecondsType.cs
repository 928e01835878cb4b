using System.Globalization;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A duration within a range, in seconds without a unit; a fraction is allowed.</summary>
internal sealed class SecondsType(decimal minimum, decimal maximum) : ScalarType<TimeSpan>
{
    public override string Text => $"seconds, {minimum} to {maximum}";

    public override JsonObject Schema() => SchemaKeywords.Number(minimum, maximum);

    public override JsonNode ToJson(TimeSpan value) => JsonValue.Create((decimal)value.TotalSeconds);

    protected override string? Parse(string text, out TimeSpan value)
    {
        var isNumber = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number >= minimum && number <= maximum)
        {
            value = TimeSpan.FromTicks((long)(number * TimeSpan.TicksPerSecond));
            return null;
        }

        value = TimeSpan.Zero;
        return $"must be a number of seconds from {minimum} to {maximum}, without a unit";
    }
}

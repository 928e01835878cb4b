using System.Globalization;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A whole number within a range.</summary>
/// <param name="unit">For example <c>bytes</c>; null for a number without a unit.</param>
internal sealed class WholeNumberType(int minimum, int maximum, string? unit = null) : ScalarType<int>
{
    public override string Text => unit is null ? $"{minimum} to {maximum}" : $"{unit}, {minimum} to {maximum}";

    public override JsonObject Schema() => SchemaKeywords.WholeNumber(minimum, maximum);

    public override JsonNode ToJson(int value) => JsonValue.Create(value);

    protected override string? Parse(string text, out int value)
    {
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number >= minimum && number <= maximum)
        {
            value = (int)number;
            return null;
        }

        value = 0;
        return $"must be a whole number{(unit is null ? "" : $" of {unit}")} from {minimum} to {maximum}";
    }
}

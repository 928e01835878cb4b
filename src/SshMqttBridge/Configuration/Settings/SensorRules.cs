namespace SshMqttBridge.Configuration.Settings;

/// <summary>Validates the settings of sensors. Each method returns null, or a description of valid values.</summary>
internal static class SensorRules
{
    public const int MaximumTemplateLength = 4_096;

    private const int MaximumClassLength = 64;

    /// <summary>Which classes there are is known to Home Assistant only: each of its versions has more.</summary>
    public static string? ValidateDeviceClass(string name) =>
        name.Length is > 0 and <= MaximumClassLength
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_')
            ? null
            : $"must be a device class, 1–{MaximumClassLength} of the characters a-z, 0-9 and _, for example temperature";

    public static string? ValidateTemplate(string template) =>
        template.Trim().Length > 0 && template.Length <= MaximumTemplateLength
            ? null
            : $"must be a template of 1–{MaximumTemplateLength} characters, for example '{{{{ value | float }}}}'";
}

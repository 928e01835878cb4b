namespace SshMqttBridge.Configuration;

/// <summary>The value of a setting, for people.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">As written, or the default as documented; null if it is confidential.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Origin">The position in the file, or the environment variable; null for a default.</param>
internal sealed record SettingInForce(string Name, string? Value, ValueSource Source, string? Origin)
{
    /// <summary>What it is for, one sentence in Markdown.</summary>
    public required string Description { get; init; }
}

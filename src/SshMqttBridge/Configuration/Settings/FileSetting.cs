namespace SshMqttBridge.Configuration.Settings;

/// <summary>A setting that names a file, which is read.</summary>
internal sealed class FileSetting(string name, SettingType<string> type, string defaultText, string description)
    : OptionalSetting<string>(name, type, defaultText, description)
{
    /// <summary>Whether the file contains a secret. Causes a warning if other users can read it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Describes the problem with the first KB of the file, or returns null; null: any content is valid.</summary>
    public Func<ReadOnlyMemory<byte>, string?>? ValidateContent { get; init; }
}

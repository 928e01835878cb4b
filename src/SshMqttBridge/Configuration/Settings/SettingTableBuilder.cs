namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// Collects the rows of a <see cref="SettingTable"/>, so that each setting is written once: as the member by which its reader
/// names it.
/// </summary>
internal sealed class SettingTableBuilder
{
    private readonly List<Setting> _rows = [];

    /// <summary>Adds a setting and returns it.</summary>
    public TSetting Add<TSetting>(TSetting setting)
        where TSetting : Setting
    {
        _rows.Add(setting);
        return setting;
    }

    /// <summary>Adds a setting that has a default.</summary>
    public Setting<T> Add<T>(string name, SettingType<T> type, T defaultValue, string description) =>
        Add(new Setting<T>(name, type, defaultValue, description));

    /// <summary>Adds a setting without a default.</summary>
    /// <param name="defaultText">The meaning of null, in Markdown, as in docs/configuration.md.</param>
    public OptionalSetting<T> AddOptional<T>(string name, SettingType<T> type, string defaultText, string description) =>
        Add(new OptionalSetting<T>(name, type, defaultText, description));

    /// <summary>Adds a required setting.</summary>
    /// <param name="missing">The rest of the fault "is missing: …".</param>
    public OptionalSetting<T> AddRequired<T>(string name, SettingType<T> type, string missing, string description) =>
        Add(new OptionalSetting<T>(name, type, "required", description) { Missing = missing });

    /// <summary>Adds the name of a file.</summary>
    public FileSetting AddFile(string name, string defaultText, string description) =>
        Add(new FileSetting(name, SettingTypes.File, defaultText, description));

    /// <summary>Adds the name of a file in PEM format.</summary>
    public FileSetting AddPemFile(string name, string defaultText, string description, bool isSecret = false) =>
        Add(new FileSetting(name, SettingTypes.PemFile, defaultText, description) { IsSecret = isSecret });

    /// <summary>Adds a section.</summary>
    public SectionSetting AddSection(string name, SettingTable table, string description) =>
        Add(new SectionSetting(name, table, description));

    /// <summary>Returns the table of all settings that were added.</summary>
    public SettingTable Build() => new([.. _rows]);
}

using System.Collections;
using System.Net;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// Reads the configuration: the YAML file, with overrides from environment variables. Reports all faults at once and does not
/// throw.
/// </summary>
internal static class ConfigurationLoader
{
    /// <param name="file">The YAML file's name; a relative one is relative to the working directory.</param>
    /// <param name="environment">All variables; those that begin with <c>SSHMQTT__</c> override the file.</param>
    public static LoadedConfiguration Load(string file, IReadOnlyDictionary<string, string?> environment)
    {
        var diagnostics = new ConfigurationDiagnostics();
        var path = Path.GetFullPath(file);
        var options =
            ConfigurationFile.ReadText(path, diagnostics, out var isExposed) is { } text
            && YamlTree.Read(path, text, diagnostics) is { } root
                ? Read(path, isExposed, EnvironmentOverrides.Apply(root, environment, diagnostics), environment, diagnostics)
                : null;
        return new LoadedConfiguration
        {
            Options = diagnostics.Faults.Count == 0 ? options : null,
            Faults = diagnostics.Faults,
            Warnings = diagnostics.Warnings,
        };
    }

    /// <summary>The environment variables of this process, for <see cref="Load"/>.</summary>
    public static IReadOnlyDictionary<string, string?> ProcessEnvironment() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);

    private static BridgeOptions Read(
        string file,
        bool isExposed,
        MappingNode root,
        IReadOnlyDictionary<string, string?> environment,
        ConfigurationDiagnostics diagnostics
    )
    {
        var home = environment.GetValueOrDefault("HOME") is { Length: > 0 } given
            ? given
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var context = new ReadingContext(diagnostics, Path.GetDirectoryName(file)!, home);
        var options = Read(new SectionReader(context, TopSettings.Table, new SectionLayer("", root)), out var holdsSecret);
        if (holdsSecret)
        {
            diagnostics.WarnIfExposed(file, isExposed);
        }

        return options.WebConsole.Enabled
            ? options with
            {
                Settings = new SettingsInForce(file, root, options.Servers),
            }
            : options;
    }

    private static BridgeOptions Read(SectionReader top, out bool holdsSecret)
    {
        var mqtt = MqttReader.Read(top.Section(TopSettings.Mqtt), out var isBrokersWritten);
        var files = top.Section(TopSettings.Files);
        var stateDirectory = top.Context.Absolute(top.Read(TopSettings.StateDirectory));
        var group = GroupReader.Read(top, mqtt, Dns.GetHostName());
        var options = new BridgeOptions
        {
            Mqtt = mqtt,
            BaseDirectory = top.Context.Absolute(files.Read(FilesSettings.BaseDirectory)),
            StateDirectory = stateDirectory,
            Audit = AuditReader.Read(top.Section(TopSettings.Audit), stateDirectory),
            Metrics = MetricsReader.Read(top.Section(TopSettings.Metrics)),
            WebConsole = WebConsoleReader.Read(top.Section(TopSettings.WebConsole)),
            HomeAssistant = HomeAssistantReader.Read(top.Section(TopSettings.HomeAssistant)),
            Group = group,
            Shard = ReadShard(top, group),
            ShutdownTimeout = top.Read(TopSettings.ShutdownTimeout),
            LogLevel = top.Read(TopSettings.LogLevel),
            LogFormat = top.Read(TopSettings.LogFormat),
            WatchConfiguration = top.Read(TopSettings.WatchConfiguration),
            Servers = [.. ServersReader.Read(top, out var isServersWritten)],
        };
        holdsSecret = isBrokersWritten || isServersWritten;
        return options;
    }

    private static string? ReadShard(SectionReader top, GroupOptions? group)
    {
        var shard = top.Read(TopSettings.Shard);
        if (shard is not null && group is not null)
        {
            top.Fault(
                TopSettings.Shard,
                "must not be set together with 'group'; give each group a base topic of its own (mqtt.baseTopic) instead"
            );
        }

        return shard;
    }
}

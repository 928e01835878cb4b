using System.Collections;
using System.Text;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the configuration: the YAML file, with environment variables laid over it. Finds every fault in one go and throws for none.</summary>
internal static class ConfigurationLoader
{
    private const int LargestFileBytes = 1 << 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="file">The YAML file's name; a relative one is relative to the working directory.</param>
    /// <param name="environment">All variables; those that begin with <c>SSHMQTT__</c> override the file.</param>
    public static LoadedConfiguration Load(string file, IReadOnlyDictionary<string, string?> environment)
    {
        var diagnostics = new ConfigurationDiagnostics();
        var path = Path.GetFullPath(file);
        var options =
            ReadText(path, diagnostics, out var mode) is { } text && YamlTree.Read(path, text, diagnostics) is { } root
                ? Read(path, mode, EnvironmentOverrides.Apply(root, environment, diagnostics), environment, diagnostics)
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
        UnixFileMode mode,
        MappingNode root,
        IReadOnlyDictionary<string, string?> environment,
        ConfigurationDiagnostics diagnostics
    )
    {
        var home = environment.GetValueOrDefault("HOME") is { Length: > 0 } given
            ? given
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var context = new ReadingContext(diagnostics, Path.GetDirectoryName(file)!, home);
        var top = new SectionReader(context, ConfigurationKeys.Top, ("", root));
        var mqtt = MqttReader.Read(context, top.Mapping("mqtt") ?? MappingNode.Empty, out var holdsSecret);
        var files = new SectionReader(context, ConfigurationKeys.Files, ("files", top.Mapping("files") ?? MappingNode.Empty));
        var stateDirectory = top.FilePath("stateDirectory") ?? context.Absolute("state");
        var options = new BridgeOptions
        {
            Mqtt = mqtt,
            BaseDirectory = files.FilePath("baseDirectory") ?? context.Absolute("files"),
            StateDirectory = stateDirectory,
            Audit = AuditReader.Read(context, top.Mapping("audit") ?? MappingNode.Empty, stateDirectory),
            WebConsole = WebConsoleReader.Read(context, top.Mapping("webConsole") ?? MappingNode.Empty),
            HomeAssistant = HomeAssistantReader.Read(context, top.Mapping("homeAssistant") ?? MappingNode.Empty),
            ShutdownTimeout = top.Seconds("shutdownTimeout", 0, 3600) ?? TimeSpan.FromSeconds(10),
            LogLevel =
                top.Choice<LogLevel?>(
                    "logLevel",
                    ("trace", LogLevel.Trace),
                    ("debug", LogLevel.Debug),
                    ("information", LogLevel.Information),
                    ("warning", LogLevel.Warning),
                    ("error", LogLevel.Error)
                ) ?? LogLevel.Information,
            Servers = ReadServers(context, top, ref holdsSecret),
        };
        if (holdsSecret)
        {
            diagnostics.WarnIfExposed(file, mode);
        }

        return options;
    }

    private static List<ServerOptions> ReadServers(ReadingContext context, SectionReader top, ref bool holdsSecret)
    {
        var defaults = top.Mapping("defaults") ?? MappingNode.Empty;
        ServerReader.Read(context, null, defaults, defaults, out var secretWritten);
        holdsSecret |= secretWritten;
        var servers = new List<ServerOptions>();
        var section = top.Mapping(ConfigurationKeys.Servers);
        if (section is { Entries: [] })
        {
            top.Fault(
                ConfigurationKeys.Servers,
                "holds no server: there is nothing to bridge; add an id with 'host' and 'user' under it"
            );
        }

        foreach (var (id, origin, value) in section?.Entries ?? [])
        {
            var path = ConfigurationPath.Join(ConfigurationKeys.Servers, id);
            if (ServerReader.ValidateId(id) is { } wrong)
            {
                context.Diagnostics.Fault(path, wrong, origin);
            }

            if (value is not MappingNode and not ScalarNode { IsNull: true })
            {
                context.Diagnostics.Fault(
                    path,
                    $"must be a mapping with at least 'host' and 'user', not {value.Kind}",
                    value.Origin
                );
                continue;
            }

            servers.Add(ServerReader.Read(context, id, value as MappingNode ?? MappingNode.Empty, defaults, out secretWritten));
            holdsSecret |= secretWritten;
        }

        return servers;
    }

    private static string? ReadText(string path, ConfigurationDiagnostics diagnostics, out UnixFileMode mode)
    {
        mode = UnixFileMode.None;
        if (!SmallFile.TryRead(path, LargestFileBytes, out var file, out var problem))
        {
            diagnostics.Fault(
                path,
                $"the configuration file {problem}. Copy config/bridge.yaml, in which every key is explained, or name yours with --config FILE"
            );
            return null;
        }

        mode = file.Mode;
        if (!file.Whole)
        {
            diagnostics.Fault(path, "is larger than 1 MiB: hardly a configuration");
            return null;
        }

        try
        {
            var text = Utf8.GetString(file.Content);
            // A NUL would pass for the end of the file.
            if (text.AsSpan().IndexOfAnyInRange('\0', '\b') is >= 0 and var index)
            {
                diagnostics.Fault(path, "must be text, and holds a control character", $"line {LineOf(text.AsSpan(0, index))}");
                return null;
            }

            return text.TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            var before = Encoding.Latin1.GetString(file.Content, 0, Math.Clamp(exception.Index, 0, file.Content.Length));
            diagnostics.Fault(path, "must be UTF-8 text", $"line {LineOf(before)}");
            return null;
        }
    }

    private static int LineOf(ReadOnlySpan<char> before) => before.Count('\n') + 1;
}

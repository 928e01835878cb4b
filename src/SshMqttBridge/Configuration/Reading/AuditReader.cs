using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>audit</c>.</summary>
internal static class AuditReader
{
    /// <summary>Returns what could be read, or null when there is to be no audit log; faults stand where something could not be read.</summary>
    public static AuditOptions? Read(ReadingContext context, MappingNode values, string stateDirectory)
    {
        var section = new SectionReader(context, ConfigurationKeys.Audit, ("audit", values));
        var defaults = new AuditOptions { File = Path.Combine(stateDirectory, "audit.log") };
        var options = defaults with
        {
            File = section.FilePath("file") ?? defaults.File,
            Commands =
                section.Choice<AuditedCommands?>(
                    "commands",
                    ("text", AuditedCommands.Text),
                    ("hash", AuditedCommands.Hash),
                    ("none", AuditedCommands.None)
                ) ?? defaults.Commands,
            MaxBytes = section.WholeNumber("maxBytes", 64 << 10, 1 << 30, " of bytes") ?? defaults.MaxBytes,
            Files = section.WholeNumber("files", 1, 100) ?? defaults.Files,
        };
        return section.Flag("enabled") == false ? null : options;
    }
}

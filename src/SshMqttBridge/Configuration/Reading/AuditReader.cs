using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>audit</c>.</summary>
internal static class AuditReader
{
    /// <summary>Returns the options as far as they are valid, or null if there is no audit log; the rest are faults.</summary>
    public static AuditOptions? Read(SectionReader section, string stateDirectory)
    {
        var options = new AuditOptions
        {
            File = section.ReadPath(AuditSettings.File) ?? Path.Combine(stateDirectory, "audit.log"),
            Commands = section.Read(AuditSettings.Commands),
            MaxBytes = section.Read(AuditSettings.MaxBytes),
            Files = section.Read(AuditSettings.Files),
        };
        return section.Read(AuditSettings.Enabled) ? options : null;
    }
}

using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads settings that name files.</summary>
internal static class FileReader
{
    private const int CheckedBytes = 1024;

    /// <summary>Returns the absolute path; the file need not exist. Null if there is none.</summary>
    public static string? ReadPath(this SectionReader section, FileSetting setting) =>
        section.Read(setting) is { } name ? section.Context.Absolute(name) : null;

    /// <summary>Returns the absolute path of a file that exists and can be read; null if there is none.</summary>
    public static string? ReadExisting(this SectionReader section, FileSetting setting)
    {
        if (section.ReadPath(setting) is not { } path)
        {
            return null;
        }

        if (
            !SmallFile.TryRead(path, CheckedBytes, out var file, out var problem)
            || (problem = setting.ValidateContent?.Invoke(file.Content)) is not null
        )
        {
            section.Fault(setting, $"{path} {problem}");
            return null;
        }

        if (setting.IsSecret)
        {
            section.Context.Diagnostics.WarnIfExposed(path, file.IsExposed);
        }

        return path;
    }

    /// <summary>Returns the absolute path of a file that must exist only if <paramref name="isUsed"/>.</summary>
    public static string? ReadFile(this SectionReader section, FileSetting setting, bool isUsed) =>
        isUsed ? section.ReadExisting(setting) : section.ReadPath(setting);

    /// <summary>Reports a fault if there is a certificate without its key, or a key without its certificate.</summary>
    /// <returns>Whether both or neither are given.</returns>
    public static bool RequireBoth(this SectionReader section, FileSetting certificate, FileSetting key)
    {
        if (section.Has(certificate) == section.Has(key))
        {
            return true;
        }

        var (missing, given) = section.Has(key) ? (certificate, key) : (key, certificate);
        section.Fault(missing, $"is missing: it is required together with '{given.Name}'");
        return false;
    }
}

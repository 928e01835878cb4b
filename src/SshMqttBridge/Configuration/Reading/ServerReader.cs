using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads a server's section, and the defaults.</summary>
internal static class ServerReader
{
    /// <summary>Describes a valid id of a server, or returns null for one.</summary>
    public static string? ValidateId(string id) =>
        id == "bridge" ? "is reserved for the bridge's own topics; choose another id"
        : id.Length is > 0 and <= 64
        && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-')
            ? null
        : "must be an id of 1 to 64 of the characters a-z, 0-9, _ and -";

    /// <summary>Returns the options as far as they are valid; the rest are faults.</summary>
    /// <param name="section">The server's section and the defaults, or the defaults alone.</param>
    /// <param name="id">Null reads the defaults for their own sake: they require nothing.</param>
    /// <param name="secretWritten">Whether the configuration file contains a secret of this server.</param>
    public static ServerOptions Read(SectionReader section, string? id, out bool secretWritten)
    {
        var options = new ServerOptions
        {
            Id = id ?? "",
            Host = section.Read(ServerSettings.Host) ?? "",
            User = section.Read(ServerSettings.User) ?? "",
            KeyDirectory = section.Context.Directory,
        };
        if (id is not null)
        {
            section.Require(ServerSettings.Host);
            section.Require(ServerSettings.User);
        }

        options = CredentialsReader.Read(section, options, out secretWritten);
        options = ReadConnection(section, options);
        options = ReadCommands(section, options);
        WarnOfUnpublished(section, options);
        return options;
    }

    private static ServerOptions ReadConnection(SectionReader section, ServerOptions options)
    {
        var library = section.Read(ServerSettings.SshLibrary);
        return options with
        {
            Port = section.Read(ServerSettings.Port),
            HostKey = section.Read(ServerSettings.HostKey),
            SshLibrary = library,
            Algorithms = AlgorithmsReader.Read(section.Section(ServerSettings.Algorithms), library),
            PersistentConnection = section.Read(ServerSettings.PersistentConnection),
            ShutdownWhenInactive = section.Read(ServerSettings.ShutdownWhenInactive),
            ConnectTimeout = section.Read(ServerSettings.ConnectTimeout),
            KeepAlive = section.Read(ServerSettings.KeepAlive),
            KeepAliveCount = section.Read(ServerSettings.KeepAliveCount),
            IdleTimeout = section.Read(ServerSettings.IdleTimeout),
        };
    }

    private static ServerOptions ReadCommands(SectionReader section, ServerOptions options) =>
        options with
        {
            StandardOutput = section.Read(ServerSettings.StandardOutput),
            ExitStatus = section.Read(ServerSettings.ExitStatus),
            Stop = section.Read(ServerSettings.Stop),
            LineSeparator = section.Read(ServerSettings.LineSeparator),
            ReportSchedules = section.Read(ServerSettings.ReportSchedules),
            QueueLimit = section.Read(ServerSettings.QueueLimit),
            MaxOutputBytes = section.Read(ServerSettings.MaxOutputBytes),
            TransferTimeout = section.Read(ServerSettings.TransferTimeout),
            Policy = PolicyReader.Read(section),
            Actions = [.. ActionsReader.Read(section)],
        };

    private static void WarnOfUnpublished(SectionReader section, ServerOptions options)
    {
        if (
            options.StandardOutput == StandardOutputMode.Never
            && options.Actions.FirstOrDefault(action => action.Schedule is not null) is { } action
        )
        {
            var path = ConfigurationPath.Join(section.Path, ServerSettings.Actions.Name);
            section.Context.Diagnostics.Warn(
                $"{path}.{action.Name}: has a schedule, but its output is not published because 'stdout' is false"
            );
        }
    }
}

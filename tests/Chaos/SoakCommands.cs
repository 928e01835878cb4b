namespace SshMqttBridge.Chaos;

/// <summary>
/// The commands of a soak on one server: small ones, some with lines of output, and small transfers both ways. Not thread-safe.
/// </summary>
internal sealed class SoakCommands(World world, ServerSite server)
{
    private int _number;

    public Plan Next()
    {
        var number = ++_number;
        var id = $"cmd-{server.Id}-{number:000000}";
        var size = 1 + number * 7919 % 20_000;
        return (number % 20) switch
        {
            0 => Transfer(new Command(id, server.Number, CommandKind.Put) { Size = size }),
            10 => Transfer(new Command(id, server.Number, CommandKind.Get) { Size = size }),
            5 or 15 => Exec(id, "seq 1 40", string.Concat(Enumerable.Range(1, 40).Select(line => $"{line}\n"))),
            _ => Exec(id, "true", ""),
        };
    }

    /// <summary>Where a transfer's files are.</summary>
    public static (string Source, string Destination) FilesOf(World world, Command command)
    {
        var folder = world.Servers[command.Server].Folder;
        return command.Kind == CommandKind.Put
            ? (Path.Combine(world.FilesFolder, "put", command.Id), Path.Combine(folder, $"put-{command.Id}"))
            : (Path.Combine(folder, $"get-{command.Id}"), Path.Combine(world.FilesFolder, "got", command.Id));
    }

    private Plan Exec(string id, string work, string expected) =>
        Plan.Exec(server, new Command(id, server.Number, CommandKind.Exec) { ExpectedOutput = expected }, work);

    private Plan Transfer(Command command)
    {
        File.WriteAllBytes(FilesOf(world, command).Source, FileContent.Of(command.Id, command.Size));
        return Plan.Transfer(server, command);
    }
}

using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>Makes the commands of one server, from a seed. Not thread-safe.</summary>
internal sealed class CommandMaker(World world, ServerSite server, Random random)
{
    /// <summary>How long the longest command takes if nothing stops it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private int _number;

    /// <summary>A command of some kind.</summary>
    public Plan Next() =>
        random.Next(100) switch
        {
            < 40 => Quick(),
            < 46 => Failing(),
            < 52 => Printing(),
            < 57 => Reading(),
            < 65 => Sleeping(),
            < 71 => TimingOut(),
            < 78 => Cancelled(),
            < 89 => Put(),
            _ => Get(),
        };

    /// <summary>Writes that it ran, and its id.</summary>
    public Plan Quick()
    {
        var id = NextId();
        return Exec(id, $"echo out {id}", $"out {id}\n");
    }

    /// <summary>Prints some 100 KB.</summary>
    public Plan Large() => Printing(20_000);

    private Plan Failing()
    {
        var id = NextId();
        return Exec(id, $"exit {random.Next(1, 200)}", expected: null);
    }

    private Plan Printing() => Printing(random.Next(1, 4_000));

    private Plan Printing(int lines)
    {
        var id = NextId();
        return Exec(id, $"seq 1 {lines}", string.Concat(Enumerable.Range(1, lines).Select(line => $"{line}\n")));
    }

    private Plan Reading()
    {
        var id = NextId();
        var input = string.Concat(Enumerable.Repeat($"{id}\n", random.Next(1, 2_000)));
        return Exec(id, "cat", input, standardInput: input);
    }

    private Plan Sleeping()
    {
        var id = NextId();
        return Exec(id, $"sleep {Seconds(0.1, 1.5)}; echo {id}", $"{id}\n");
    }

    private Plan TimingOut()
    {
        var id = NextId();
        return Exec(id, $"sleep {Longest.TotalSeconds}", expected: null, timeout: Number(0.2, 1.2));
    }

    private Plan Cancelled()
    {
        var id = NextId();
        return Exec(id, $"sleep {Longest.TotalSeconds}", expected: null) with
        {
            CancelAfter = TimeSpan.FromSeconds(Number(0, 1.5)),
        };
    }

    private Plan Put()
    {
        Command command = new(NextId(), server.Number, CommandKind.Put) { Size = Size() };
        File.WriteAllBytes(Path.Combine(world.FilesFolder, "put", command.Id), FileContent.Of(command.Id, command.Size));
        return Plan.Transfer(server, command);
    }

    private Plan Get()
    {
        Command command = new(NextId(), server.Number, CommandKind.Get) { Size = Size() };
        File.WriteAllBytes(Path.Combine(server.Folder, $"get-{command.Id}"), FileContent.Of(command.Id, command.Size));
        return Plan.Transfer(server, command);
    }

    private Plan Exec(string id, string work, string? expected, double? timeout = null, string? standardInput = null) =>
        Plan.Exec(
            server,
            new Command(id, server.Number, CommandKind.Exec) { ExpectedOutput = expected },
            work,
            timeout,
            standardInput
        );

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"cmd-{server.Id}-{++_number:000000}");

    /// <summary>Mostly small; now and then one that takes a while.</summary>
    private int Size() => random.Next(10) == 0 ? random.Next(4 << 20) : random.Next(100_000);

    private double Number(double from, double to) => Math.Round(from + random.NextDouble() * (to - from), 2);

    private string Seconds(double from, double to) => Number(from, to).ToString(CultureInfo.InvariantCulture);
}

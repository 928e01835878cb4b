using System.Globalization;
using System.Text.Json;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>Makes the commands for one server of a group, from a seed. Not thread-safe.</summary>
internal sealed class GroupCommands(ServerSite server, Random random)
{
    private int _number;

    /// <summary>A command of some kind.</summary>
    public Plan Next() =>
        random.Next(100) switch
        {
            < 58 => Quick(),
            < 66 => Make($"(exit {random.Next(1, 200)})"),
            < 86 => Make($"sleep {Number(0.1, 1.2)}"),
            < 92 => Make($"sleep {Number(2, 5)}"),
            < 96 => Make($"sleep {CommandMaker.Longest.TotalSeconds}", timeout: Number(0.3, 1.2)),
            _ => Make($"sleep {CommandMaker.Longest.TotalSeconds}") with { CancelAfter = random.Seconds(0, 1.5) },
        };

    public Plan Quick() => Make("true");

    private Plan Make(string work, string? timeout = null)
    {
        Command command = new(
            string.Create(CultureInfo.InvariantCulture, $"cmd-{server.Id}-{++_number:000000}"),
            server.Number,
            CommandKind.Exec
        );
        return new Plan(
            command,
            $"ssh/{server.Id}/exec/set",
            JsonSerializer.Serialize(
                new
                {
                    command = ServerRun.Script(server.RanFile, command.Id, work),
                    id = command.Id,
                    timeout = timeout is null ? (double?)null : double.Parse(timeout, CultureInfo.InvariantCulture),
                }
            )
        );
    }

    private string Number(double from, double to) =>
        random.Seconds(from, to).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
}

using System.Text.Json;

namespace SshMqttBridge.Chaos;

/// <summary>A command and how it is published.</summary>
internal sealed record Plan(Command Command, string Topic, string Payload)
{
    /// <summary>When to publish its cancellation, counted from its own publish; null: never.</summary>
    public TimeSpan? CancelAfter { get; init; }

    /// <summary>Writes to the server's file that it ran, and then does some work.</summary>
    public static Plan Exec(ServerSite server, Command command, string work, double? timeout = null, string? standardInput = null)
    {
        // The shell writes the line with one call, and what it starts from there on has the id in its environment.
        var line = $"printf '%s\\n' {command.Id} >>'{server.RanFile}'; export CHAOS={command.Id}; {work}";
        return new Plan(
            command,
            $"ssh/{server.Id}/exec/set",
            JsonSerializer.Serialize(
                new
                {
                    command = line,
                    id = command.Id,
                    timeout,
                    stdin = standardInput,
                }
            )
        );
    }

    /// <summary>Copies the command's own file, which exists.</summary>
    public static Plan Transfer(ServerSite server, Command command)
    {
        var isPut = command.Kind == CommandKind.Put;
        return new Plan(
            command,
            $"ssh/{server.Id}/{(isPut ? "put" : "get")}/set",
            JsonSerializer.Serialize(
                new
                {
                    source = isPut ? $"put/{command.Id}" : $"{server.Folder}/get-{command.Id}",
                    destination = isPut ? $"{server.Folder}/put-{command.Id}" : $"got/{command.Id}",
                    id = command.Id,
                }
            )
        );
    }
}

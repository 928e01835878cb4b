using System.CommandLine;
using System.Globalization;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>history [ID]</c>: prints the latest commands, whether the bridge is running or not.</summary>
internal static class HistoryVerb
{
    public const int DefaultCount = 20;

    private const int CommandLength = 80;

    public static Command Create()
    {
        Argument<string?> id = new("id")
        {
            Description = "The server whose commands are printed. Default: all servers.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var last = new Option<int>("--last")
        {
            Description = "The maximum number of commands.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultCount,
        }.Within(1);
        Command verb = new("history", "Print the latest commands and their results.") { id, last };
        verb.SetAction(
            (options, parsed, _) =>
                Task.FromResult(Run(options, parsed.GetValue(id), parsed.GetValue(last), Console.Out, Console.Error))
        );
        return verb;
    }

    /// <summary>Prints one line for each command, the newest last.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="serverId">One server; null: all.</param>
    /// <param name="count">The maximum number of lines.</param>
    /// <param name="output">Where to print.</param>
    /// <param name="errors">Where to print errors.</param>
    public static int Run(BridgeOptions options, string? serverId, int count, TextWriter output, TextWriter errors)
    {
        IReadOnlyList<HistoryEntry> entries;
        try
        {
            entries = JournalReader.Latest(Path.Combine(options.StateDirectory, "journal.db"), serverId, count);
        }
        catch (JournalException exception)
        {
            errors.WriteLine(exception.Message);
            return ExitStatus.Failure;
        }

        var width = entries.Select(entry => entry.ServerId.Length).DefaultIfEmpty().Max();
        foreach (var entry in entries)
        {
            output.WriteLine(Line(entry, width));
        }

        if (entries.Count == 0)
        {
            errors.WriteLine(
                serverId is null ? "No command has run yet." : $"No command of '{Printable.Text(serverId)}' has run."
            );
        }

        return ExitStatus.Success;
    }

    /// <summary>
    /// Time, server, operation, status (with the reason), exit status or bytes, duration, and the command with its action's
    /// name before it.
    /// </summary>
    private static string Line(HistoryEntry entry, int width)
    {
        var result = entry.Result;
        var status = result is null
            ? entry.WasSent
                ? "running"
                : "waiting"
            : CamelCase.Of(result.Status) + (result.Reason is { } reason ? $"/{reason}" : "");
        var end = result switch
        {
            { Exit: { } exit } => exit.ToString(CultureInfo.InvariantCulture),
            { Signal: { } signal } => signal,
            { Bytes: { } bytes } => $"{bytes} B",
            _ => "-",
        };
        var duration = result is null ? "-" : $"{result.DurationMs} ms";
        var time = entry.ReceivedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var action = entry.Action is { } name ? $"[{name}{(entry.IsScheduled ? ", scheduled" : "")}] " : "";
        var command = Printable.Text(action + entry.Command, CommandLength);
        var columns = $"{time}  {entry.ServerId.PadRight(width)}  {entry.Operation, -10}  {status, -20}  {end, 6}  {duration, 9}";
        return $"{columns}  {command}".TrimEnd();
    }
}

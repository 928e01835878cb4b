using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>
/// Compares what was published with the results and with what the servers really did. A command counts as accepted when it ran,
/// or a result or <c>queue</c> was published about it, or the bridge's journal has it. What a broker or a bridge that was
/// killed had in its sockets does not count.
/// </summary>
internal sealed class Verdict
{
    /// <summary>How long after its publish a command may be lost with a broker, a bridge or a link that ends then.</summary>
    private const double OnItsWay = 3;

    /// <summary>How long a process may outlive its command's result without an error: two signals and one check.</summary>
    private const double Outliving = 6;

    /// <summary>Tolerance between timestamps of different records.</summary>
    private const double Margin = 0.5;

    /// <summary>
    /// How long a result may wait in the bridge for the broker: the longest fault of the link and the longest wait before
    /// connecting again.
    /// </summary>
    private const double LongestInOutbox = 90;

    /// <summary>
    /// Tolerated descriptors: the connection that is not persistent, and those whose peer has just disconnected.
    /// </summary>
    private const int SpareDescriptors = 4;

    /// <summary>The .NET thread pool adds threads under load and lets them go one by one.</summary>
    private const int SpareThreads = 8;

    /// <summary>
    /// Compiled code, the garbage collector's young generation and SQLite's cache, which a bridge that has just started does
    /// not have yet.
    /// </summary>
    private const double SpareMegabytes = 64;

    private readonly Evidence _evidence;
    private readonly IReadOnlyList<Command> _commands;
    private readonly IReadOnlyDictionary<string, int>[] _ran;
    private readonly ILookup<string, JournalRow> _journal;

    public Verdict(Evidence evidence)
    {
        _evidence = evidence;
        _commands = evidence.Ledger.Commands;
        _ran = [.. evidence.World.Servers.Select(server => server.Ran())];
        _journal = evidence.Journal.ToLookup(row => row.Id, StringComparer.Ordinal);
    }

    public IReadOnlyList<(string Name, string Value)> Counts =>
        [
            ("commands published", Number(_commands.Count)),
            ("  publishes", Number(_commands.Sum(command => command.PublishCount))),
            ("  of them acknowledged by the broker", Number(_commands.Sum(command => command.AcknowledgedCount))),
            ("accepted", Number(_commands.Count(IsAccepted))),
            ("in quiet windows", Number(_commands.Count(IsQuiet))),
            .. _commands
                .SelectMany(command => command.Results)
                .GroupBy(result => result.Status + (result.Reason is { } reason ? $" ({reason})" : ""), StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => ($"results: {group.Key}", Number(group.Count()))),
            ("identical results delivered again (QoS 1)", Number(_commands.Sum(command => command.RepeatedResults))),
            ("results lost with a broker that was ended", Number(_commands.Count(HasGoneWithTheBroker))),
        ];

    public IReadOnlyList<Check> Checks =>
        [
            Of(
                "lost: accepted, but without a result",
                command => IsAccepted(command) && !HasResult(command) && !HasGoneWithTheBroker(command)
            ),
            Of("published in a quiet window, but without a result", command => IsQuiet(command) && !HasResult(command)),
            Of("run twice", command => Ran(command) > 1),
            new("results without a command", _evidence.Ledger.UnknownResults),
            Of("different results of one command", HasDifferentResults),
            Of("rejected or expired, but ran", command => command.WasRefused && Happened(command)),
            Of("exit status, but did not run", HasExitAndDidNotRun),
            Of("succeeded with wrong output", IsOutputWrong),
            Of("transferred incorrectly or incompletely", IsTransferWrong),
            Of("processes that outlived their result", HasOutlived),
            new(
                "processes left at the end",
                [.. _evidence.Processes.Select(process => $"{process.Id}: process {process.Process}")]
            ),
            new("temporary files left by the bridge", TemporaryFiles(_evidence.World.FilesFolder)),
            new(
                "temporary files left on the servers",
                [.. _evidence.World.Servers.SelectMany(server => TemporaryFiles(server.Folder))]
            ),
            Of("unfinished in the journal", command => _journal[command.Id].Any(row => row.State < 3)),
            new("bad exits after SIGTERM", _evidence.BadExits),
            new("errors reported by the bridge", ReportedErrors()),
            Growth("descriptors", vitals => vitals.Descriptors, SpareDescriptors),
            Growth("threads", vitals => vitals.Threads, SpareThreads),
            Growth("MiB of memory", vitals => vitals.MemoryMegabytes, SpareMegabytes),
        ];

    /// <summary>Whether the process has no more than at its start, plus the tolerance.</summary>
    public static bool IsSettled(ProcessVitals start, ProcessVitals now) =>
        now.Descriptors <= start.Descriptors + SpareDescriptors && now.Threads <= start.Threads + SpareThreads;

    private Check Of(string name, Func<Command, bool> isBad) => new(name, [.. _commands.Where(isBad).Select(Describe)]);

    private Check Growth(string what, Func<ProcessVitals, double> measure, double spare)
    {
        var start = measure(_evidence.AtStart);
        var end = measure(_evidence.AtEnd);
        return new Check(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} of the bridge: {start:0.#} → {end:0.#}, may grow by {spare:0.#}"
            ),
            end > start + spare ? [string.Create(CultureInfo.InvariantCulture, $"grew by {end - start:0.#}")] : []
        );
    }

    private string Describe(Command command)
    {
        var results = string.Join(" | ", command.Results.Select(result => $"{result.Status} {result.Reason} {result.Message}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{command.Id} {command.Kind} published {command.PublishedAt:0.000} ({command.PublishCount}×, {command.AcknowledgedCount} acknowledged), ran {Ran(command)}×, ended {command.EndedAt:0.000}, alive {command.LastSeenAlive:0.000}, journal [{string.Join(",", _journal[command.Id].Select(row => row.State))}]: {results}"
        );
    }

    private static bool HasResult(Command command) => command.Results.Count > 0;

    private int Ran(Command command) => _ran[command.Server].GetValueOrDefault(command.Id);

    private bool Happened(Command command) =>
        command.Kind == CommandKind.Exec ? Ran(command) > 0 : File.Exists(DestinationOf(command));

    private bool IsAccepted(Command command) =>
        HasResult(command) || command.WasSeenRunning || Happened(command) || _journal[command.Id].Any();

    private bool IsQuiet(Command command) =>
        command is { PublishCount: 1, AcknowledgedCount: 1 }
        && !_evidence.BridgeDisturbances.Touch(command.PublishedAt - Margin, command.AcknowledgedAt + OnItsWay);

    /// <summary>
    /// According to the journal, the broker acknowledged the result, and then ended before it delivered it.
    /// </summary>
    private bool HasGoneWithTheBroker(Command command) =>
        !HasResult(command)
        && _journal[command.Id]
            .Any(row =>
                row is { State: 3, EndedAt: { } endedAt }
                && _evidence
                    .World.BridgeClock.MomentsOf(endedAt)
                    .Any(at => _evidence.BrokerEnds.Any(end => end >= at - 1 && end <= at + LongestInOutbox))
            );

    private static bool HasDifferentResults(Command command) =>
        command.Results.Count > Math.Max(1, command.PublishCount)
        || command.Results.Count(result => result.Status is not ("rejected" or "expired")) > 1;

    private bool HasExitAndDidNotRun(Command command) =>
        command.Kind == CommandKind.Exec && command.Results.Any(result => result.Exit is not null) && Ran(command) == 0;

    /// <summary>The second of each three servers is silent, see <see cref="ChaosRun"/>: its results have no text.</summary>
    private static bool IsOutputWrong(Command command) =>
        command.Results.Any(result =>
            result.Status == "succeeded"
            && command.ExpectedOutput is { } expected
            // Output cut off by a lost connection must be reported as such.
            && !(result.Truncated && expected.StartsWith(result.Out, StringComparison.Ordinal))
            && (result.OutBytes != expected.Length || (result.Out.Length > 0 && result.Out != expected) || result.Err.Length > 0)
        );

    private bool IsTransferWrong(Command command)
    {
        if (command.Kind == CommandKind.Exec)
        {
            return false;
        }

        var destination = DestinationOf(command);
        if (!File.Exists(destination))
        {
            return command.HasStatus("succeeded");
        }

        return !File.ReadAllBytes(destination).AsSpan().SequenceEqual(FileContent.Of(command.Id, command.Size))
            || command.Results.Any(result => result.Status == "succeeded" && result.Bytes != command.Size)
            || (
                command.Kind == CommandKind.Put
                && File.GetUnixFileMode(destination) != (UnixFileMode.UserRead | UnixFileMode.UserWrite)
            );
    }

    private string DestinationOf(Command command) =>
        command.Kind == CommandKind.Put
            ? Path.Combine(_evidence.World.Servers[command.Server].Folder, $"put-{command.Id}")
            : Path.Combine(_evidence.World.FilesFolder, "got", command.Id);

    /// <summary>
    /// A bridge with a connection to the server stops a command before it publishes its result. Without one it cannot.
    /// </summary>
    private bool HasOutlived(Command command)
    {
        if (!HasResult(command) || command.HasStatus("lost") || command.LastSeenAlive <= command.EndedAt + Outliving)
        {
            return false;
        }

        var from = command.EndedAt - command.Results.Max(result => result.DurationMs) / 1000.0 - Margin;
        var to = command.EndedAt + Margin;
        return !_evidence.ServerDisturbances[command.Server].Touch(from, to) && !_evidence.BridgeDisturbances.Touch(from, to);
    }

    private static string[] TemporaryFiles(string folder) => Directory.GetFiles(folder, "*.part", SearchOption.AllDirectories);

    private List<string> ReportedErrors() =>
        [
            // The run cuts connections in quick succession, which looks like a takeover.
            .. _evidence.Ledger.Errors.Where(error =>
                !error.Contains("\"publishRefused\"", StringComparison.Ordinal)
                && !error.Contains("\"takenOver\"", StringComparison.Ordinal)
                && !(error.Contains("\"local\"", StringComparison.Ordinal) && IsOfTheMissingState(error))
            ),
            .. _evidence
                .World.BridgeLog.Split('\n')
                .Where(line =>
                    line.Contains("please report", StringComparison.Ordinal)
                    || line.Contains("Unhandled", StringComparison.Ordinal)
                    || line.Contains("crit:", StringComparison.Ordinal)
                ),
            .. _commands
                .Where(command => command.Results.Any(result => result is { Status: "lost", Reason: "local" }))
                .Select(Describe),
        ];

    /// <summary>The run moves the state directory away for a while.</summary>
    private static bool IsOfTheMissingState(string error) =>
        error.Contains("was removed while the bridge was running", StringComparison.Ordinal)
        || error.Contains("Could not find a part of the path", StringComparison.Ordinal);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

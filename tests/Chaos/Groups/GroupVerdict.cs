using System.Globalization;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>
/// Compares what was published with the results, the records and what the servers really did. A command counts as accepted when
/// it ran, or a record was published about it.
/// </summary>
internal sealed class GroupVerdict
{
    /// <summary>How long before its end a broker may lose what it receives, and how long after it nobody notices.</summary>
    private const double BeforeTheEnd = 1;
    private const double AfterTheEnd = 0.5;

    /// <summary>How long after the next leader a command of the one before may run: two signals and one check.</summary>
    private const double Outliving = 6;

    private readonly GroupEvidence _evidence;
    private readonly ILookup<string, ServerRun> _runs;
    private readonly ILookup<string, RecordSighting> _records;
    private readonly ILookup<long, LeaderSighting> _leaders;

    public GroupVerdict(GroupEvidence evidence)
    {
        _evidence = evidence;
        _runs = evidence.Runs.ToLookup(run => run.Id, StringComparer.Ordinal);
        _records = evidence.Records.ToLookup(record => record.Id, StringComparer.Ordinal);
        _leaders = evidence.Leaders.ToLookup(leader => leader.Epoch);
    }

    public IReadOnlyList<(string Name, string Value)> Counts =>
        [
            ("commands published", Number(_evidence.Commands.Count)),
            ("  publishes", Number(_evidence.Commands.Sum(command => command.PublishCount))),
            ("ran", Number(_evidence.Commands.Count(HasRun))),
            ("accepted", Number(_evidence.Commands.Count(IsAccepted))),
            ("neither accepted nor answered (nobody led)", Number(_evidence.Commands.Count(IsIgnored))),
            .. _evidence
                .Commands.SelectMany(command => command.Results)
                .GroupBy(result => result.Status + (result.Reason is { } reason ? $" ({reason})" : ""), StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => ($"results: {group.Key}", Number(group.Count()))),
            ("results lost with a broker that forgot everything", Number(_evidence.Commands.Count(IsForgotten))),
            ("results lost in the moments of the end of a broker", Number(_evidence.Commands.Count(HasGoneWithTheBroker))),
            ("terms of leaders", Number(_leaders.Count)),
            ("starts whose epoch nobody knows", Number(_evidence.Runs.Count(run => EpochOf(run) is null))),
        ];

    public IReadOnlyList<Check> Checks =>
        [
            Of("run twice", command => _runs[command.Id].Count() > 1),
            new("two active at once", StartsOfEarlierLeaders()),
            new(
                "epochs with two leaders",
                [.. _leaders.Where(epoch => epoch.Count() > 1).Select(epoch => string.Join(", ", epoch))]
            ),
            Of("ran, but without a result", command => HasRun(command) && IsLost(command) && !command.WasRefused),
            Of("accepted, but without a result", command => !HasRun(command) && IsLost(command)),
            Of("different results of one command", HasDifferentResults),
            Of("rejected or expired, but ran", command => command.WasRefused && HasRun(command) && IsLost(command)),
            Of(
                "exit status, but did not run",
                command => command.Results.Any(result => result.Exit is not null) && !HasRun(command)
            ),
            new("results without a command", _evidence.UnknownResults),
            new("records left of commands that have not ended", _evidence.RecordsLeft),
            new("commands that ran on after the next leader", RunsThatWentOn()),
            new("processes left at the end", _evidence.ProcessesLeft),
            new("nobody took over", _evidence.MissingTakeovers),
            new("bad exits after SIGTERM", _evidence.BadExits),
            new("errors reported by the bridges", _evidence.Errors),
        ];

    private Check Of(string name, Func<Command, bool> isBad) => new(name, [.. _evidence.Commands.Where(isBad).Select(Describe)]);

    private bool HasRun(Command command) => _runs[command.Id].Any();

    private bool IsAccepted(Command command) => HasRun(command) || _records[command.Id].Any();

    private bool IsIgnored(Command command) => !IsAccepted(command) && command.Results.Count == 0;

    /// <summary>What ran needs a result that says so; before it ran it may have been refused.</summary>
    private bool IsUnanswered(Command command) =>
        IsAccepted(command) && (command.Results.Count == 0 || (command.WasRefused && HasRun(command)));

    private bool IsLost(Command command) => IsUnanswered(command) && !IsForgotten(command) && !HasGoneWithTheBroker(command);

    /// <summary>Its leader may have died while the broker knew nothing of it.</summary>
    private bool IsForgotten(Command command) =>
        IsUnanswered(command) && _evidence.Forgotten.Any(at => StartOf(command) < at + AfterTheEnd);

    private bool HasGoneWithTheBroker(Command command) =>
        IsUnanswered(command)
        && !IsForgotten(command)
        && (IsInTheMomentsOfAnEnd(StartOf(command)) || IsInTheMomentsOfAnEnd(EndOf(command)));

    private bool IsInTheMomentsOfAnEnd(double at) =>
        _evidence.BrokerEnds.Any(end => at > end - BeforeTheEnd && at < end + AfterTheEnd);

    private double StartOf(Command command) =>
        HasRun(command)
            ? _runs[command.Id].Max(run => run.StartAt)
            : _records[command.Id].Select(record => record.At).DefaultIfEmpty(double.PositiveInfinity).Min();

    private double EndOf(Command command) =>
        _runs[command.Id].Select(run => run.EndAt).DefaultIfEmpty(double.PositiveInfinity).Max();

    /// <summary>Its answer to a repetition has no output any more. A refused command may be sent again, and then runs.</summary>
    private static bool HasDifferentResults(Command command) =>
        command
            .Results.Where(result => result.Status is not ("rejected" or "expired"))
            .Select(result => (result.Status, result.Exit))
            .Distinct()
            .Count() > 1
        || command.Results.Select(result => (result.Status, result.Reason, result.Exit)).Distinct().Count()
            > Math.Max(1, command.PublishCount);

    /// <summary>Commands that an instance started although another one with a higher epoch had started one before.</summary>
    private List<string> StartsOfEarlierLeaders()
    {
        List<string> found = [];
        (ServerRun Run, long Epoch)? highest = null;
        foreach (var run in _evidence.Runs.OrderBy(run => run.StartAt))
        {
            if (EpochOf(run) is not { } epoch)
            {
                continue;
            }

            if (highest is not { } leader || epoch >= leader.Epoch)
            {
                highest = (run, epoch);
            }
            else if (leader.Run.Instance != run.Instance)
            {
                found.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{run.Id} of {run.Instance} (epoch {epoch}) at {run.StartAt:0.000}, after {leader.Run.Id} of {leader.Run.Instance} (epoch {leader.Epoch}) at {leader.Run.StartAt:0.000}"
                    )
                );
            }
        }

        return found;
    }

    /// <summary>
    /// Commands that were not stopped although their leader had lost its lease, and could stop them: they noted their own end.
    /// </summary>
    private List<string> RunsThatWentOn() =>
        [
            .. _evidence
                .Runs.Select(run => (Run: run, Limit: NextLeaderAt(run) + Outliving))
                .Where(each =>
                    each.Run.EndAt > each.Limit
                    && !double.IsInfinity(each.Run.EndAt)
                    && !_evidence.Disturbances[each.Run.Instance].Touch(each.Run.StartAt, each.Limit)
                )
                .Select(each => FormattableString.Invariant($"{each.Run}; another led from {each.Limit - Outliving:0.000} on")),
        ];

    private double NextLeaderAt(ServerRun run) =>
        EpochOf(run) is { } epoch
            ? _evidence
                .Leaders.Where(leader => leader.Epoch > epoch)
                .Select(leader => leader.At)
                .DefaultIfEmpty(double.PositiveInfinity)
                .Min()
            : double.PositiveInfinity;

    /// <summary>The epoch in which it was sent, by its record; only the leader of an epoch writes records with it.</summary>
    private long? EpochOf(ServerRun run) =>
        _records[run.Id]
            .LastOrDefault(record =>
                record.State == "sent" && _leaders[record.Epoch].Any(leader => leader.Instance == run.Instance)
            )
            ?.Epoch;

    private string Describe(Command command)
    {
        var runs = string.Join(
            ", ",
            _runs[command.Id].Select(run => FormattableString.Invariant($"{run.Instance} {run.StartAt:0.000}–{run.EndAt:0.000}"))
        );
        var records = string.Join(
            ", ",
            _records[command.Id]
                .Select(record => FormattableString.Invariant($"{record.State} {record.Epoch} at {record.At:0.000}"))
        );
        var results = string.Join(
            " | ",
            command.Results.Select(result => $"{result.Status} {result.Exit} {result.Reason} {result.Message}")
        );
        return FormattableString.Invariant(
            $"{command.Id} published {command.PublishedAt:0.000} ({command.PublishCount}×), ran [{runs}], records [{records}], ended {command.EndedAt:0.000}: {results}"
        );
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

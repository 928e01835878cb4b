using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>
/// Runs random commands through a group of bridges under random faults, removes the faults, and checks what each command became.
/// </summary>
internal sealed class GroupRun(RunOptions options)
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly RunClock _clock = new();

    /// <returns>Whether nothing was found.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var name = Path.Combine(
            options.ResultsFolder,
            string.Create(CultureInfo.InvariantCulture, $"chaos-group-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{options.Seed}")
        );
        Console.WriteLine(
            $"chaos: {options.Length.TotalMinutes:0.##} min, a group of {options.Group}, {options.Servers} servers, {options.Library}, seed {options.Seed}; log: {name}.log"
        );
        using EventLog log = new($"{name}.log", _clock);
        Ledger ledger = new(_clock, log);
        GroupSightings sightings = new(_clock, log);
        await using var world = await GroupWorld.CreateAsync(options, Takeover, _clock);
        try
        {
            await using Publisher publisher = new(
                world.Broker.Port,
                message =>
                {
                    ledger.Take(message);
                    sightings.Take(message);
                }
            );
            await publisher.ConnectAsync();
            return Report.Print(
                new GroupVerdict(await RunAsync(world, publisher, ledger, sightings, log, cancellationToken)),
                log
            );
        }
        finally
        {
            foreach (var member in world.Members)
            {
                await File.WriteAllTextAsync($"{name}-{member.Name}.log", member.Log, CancellationToken.None);
            }
        }
    }

    private async Task<GroupEvidence> RunAsync(
        GroupWorld world,
        Publisher publisher,
        Ledger ledger,
        GroupSightings sightings,
        EventLog log,
        CancellationToken cancellationToken
    )
    {
        // All at the same moment.
        await Task.WhenAll(world.Members.Select(member => member.StartAsync()));
        GroupCommands[] commands =
        [
            .. world.Servers.Select(server => new GroupCommands(server, new Random(options.Seed * 31 + server.Number))),
        ];
        await RoundAsync(commands, publisher, ledger, cancellationToken);
        log.Write("run", "serving");

        Takeovers takeovers = new(sightings, _clock, Takeover);
        GroupFaults faults = new(
            world,
            publisher,
            sightings,
            takeovers,
            _clock,
            log,
            new Random(options.Seed * 31 + 1_000),
            Takeover
        );
        using var busy = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        busy.CancelAfter(options.Length);
        await Task.WhenAll([
            faults.RunAsync(busy.Token),
            .. world.Servers.Select(server =>
                new GroupTraffic(
                    server,
                    commands[server.Number],
                    publisher,
                    ledger,
                    sightings,
                    faults,
                    new Random(options.Seed * 31 + 3_000 + server.Number)
                ).RunAsync(busy.Token)
            ),
        ]);
        cancellationToken.ThrowIfCancellationRequested();

        log.Write("run", "peace");
        await RoundAsync(commands, publisher, ledger, cancellationToken);
        ProcessWatch watch = new(world.Servers, ledger);
        await UntilAsync(() => watch.Look().Count == 0, CommandMaker.Longest + TimeSpan.FromSeconds(5), cancellationToken);
        await UntilAsync(() => sightings.OpenRecords.Count == 0, TimeSpan.FromSeconds(20), cancellationToken);
        string[] processes = [.. watch.Look().Select(process => $"{process.Id}: process {process.Process}")];
        var records = await RecordsLeftAsync(world);
        await faults.StopAllAsync();

        Console.WriteLine(
            $"faults: {faults.Count}; lives of the instances: {string.Join(" + ", world.Members.Select(member => member.Lives))}"
        );
        foreach (var line in takeovers.Lines)
        {
            Console.WriteLine(line);
            log.Write("verdict", line);
        }

        return new GroupEvidence
        {
            Commands = ledger.Commands,
            UnknownResults = ledger.UnknownResults,
            Runs = [.. world.Servers.SelectMany(server => ServerRun.ReadAll(server.RanFile, _clock))],
            Leaders = sightings.Leaders,
            Records = sightings.Records,
            Disturbances = world.Members.ToDictionary(
                member => member.Name,
                member => member.Disturbances,
                StringComparer.Ordinal
            ),
            BrokerEnds = faults.BrokerEnds,
            Forgotten = faults.Forgotten,
            RecordsLeft = records,
            ProcessesLeft = processes,
            MissingTakeovers = takeovers.Missing,
            BadExits = faults.BadExits,
            Errors = [.. ledger.Errors.Where(IsUnexpected), .. world.Members.SelectMany(ReportedErrors)],
        };
    }

    /// <summary>Runs one last command on each server, after all others, and waits for its result.</summary>
    private static Task RoundAsync(
        GroupCommands[] commands,
        Publisher publisher,
        Ledger ledger,
        CancellationToken cancellationToken
    ) => Task.WhenAll(commands.Select(each => LastAsync(each.Quick(), publisher, ledger, cancellationToken)));

    /// <summary>Sends it again while nobody leads.</summary>
    private static async Task LastAsync(Plan plan, Publisher publisher, Ledger ledger, CancellationToken cancellationToken)
    {
        RunClock waited = new();
        ledger.Add(plan.Command);
        while (!ledger.HasSucceeded(plan.Command))
        {
            if (waited.Now > Patience.TotalSeconds)
            {
                throw new TimeoutException($"{plan.Command.Id}: the group does not answer within {Patience.TotalSeconds} s");
            }

            ledger.Publishing(plan.Command);
            await publisher.PublishAsync(plan.Topic, plan.Payload);
            await UntilAsync(() => ledger.HasResult(plan.Command), AskAgain, cancellationToken);
        }
    }

    /// <summary>By a new client, which gets what the broker really has.</summary>
    private static async Task<IReadOnlyList<string>> RecordsLeftAsync(GroupWorld world)
    {
        await using var probe = await MqttProbe.ConnectAsync(world.Broker);
        await probe.SubscribeAsync($"{GroupSightings.RecordTopics}#");
        // The answer to a later subscription comes after all retained messages of this one.
        await probe.SubscribeAsync("ssh/bridge/leader");
        await probe.WaitForAsync(message => message.Topic == "ssh/bridge/leader");
        return
        [
            .. probe
                .Messages.Where(message =>
                    message.Topic.StartsWith(GroupSightings.RecordTopics, StringComparison.Ordinal)
                    && !GroupSightings.IsOfAnEndedCommand(message.Text)
                )
                .Select(message => $"{message.Topic} {message.Text}"),
        ];
    }

    /// <summary>The run cuts connections in quick succession, which looks like a takeover of the client id.</summary>
    private static bool IsUnexpected(string error) => !error.Contains("\"takenOver\"", StringComparison.Ordinal);

    private static IEnumerable<string> ReportedErrors(GroupMember member) =>
        member
            .Log.Split('\n')
            .Where(line =>
                line.Contains("please report", StringComparison.Ordinal)
                || line.Contains("Unhandled", StringComparison.Ordinal)
                || line.Contains("crit:", StringComparison.Ordinal)
            )
            .Select(line => $"{member.Name}: {line}");

    private static async Task UntilAsync(Func<bool> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        RunClock waited = new();
        while (!condition() && waited.Now < patience.TotalSeconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }
}

using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>Runs random commands on all servers under random faults, removes the faults, and checks all results.</summary>
internal sealed class ChaosRun(RunOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly RunClock _clock = new();

    /// <returns>Whether nothing was found.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var name = Path.Combine(
            options.ResultsFolder,
            string.Create(CultureInfo.InvariantCulture, $"chaos-{DateTime.UtcNow:yyyyMMdd-HHmmss}-{options.Seed}")
        );
        Console.WriteLine(
            $"chaos: {options.Length.TotalMinutes:0.##} min, {options.Servers} servers, {options.Library}, seed {options.Seed}; log: {name}.log"
        );
        using EventLog log = new($"{name}.log", _clock);
        Ledger ledger = new(_clock, log);
        await using var world = await World.CreateAsync(Settings());
        try
        {
            await using Publisher publisher = new(world.PlainPort, ledger.Take);
            await publisher.ConnectAsync();
            return Report(await RunAsync(world, publisher, ledger, log, cancellationToken), log);
        }
        finally
        {
            await File.WriteAllTextAsync($"{name}-bridge.log", world.BridgeLog, CancellationToken.None);
        }
    }

    /// <summary>Short times, so that a minute has many faults in it.</summary>
    private WorldOptions Settings() =>
        new()
        {
            Seed = options.Seed,
            Clock = _clock,
            MaySetClock = true,
            Servers = options.Servers,
            TopSettings = ["shutdownTimeout: 3"],
            MqttSettings = ["keepAlive: 5"],
            Defaults =
            [
                "keepAlive: 2",
                "keepAliveCount: 2",
                "connectTimeout: 4",
                "transferTimeout: 4",
                "queueLimit: 25",
                $"sshLibrary: {options.Library}",
            ],
            ServerSettings =
            [
                ["stdout: true"],
                ["stdout: false"],
                ["stdout: line", "persistentConnection: false", "idleTimeout: 1"],
            ],
        };

    private async Task<Evidence> RunAsync(
        World world,
        Publisher publisher,
        Ledger ledger,
        EventLog log,
        CancellationToken cancellationToken
    )
    {
        await world.StartBridgeAsync();
        await publisher.BridgeAnswersAsync(Patience, cancellationToken);
        CommandMaker[] makers =
        [
            .. world.Servers.Select(server => new CommandMaker(world, server, new Random(options.Seed * 31 + server.Number))),
        ];
        await RoundAsync(world, makers, publisher, ledger, cancellationToken);
        var atStart = ProcessVitals.Of(world.Bridge.Id);
        log.Write("run", $"the bridge has {atStart}");

        Disturbances bridgeDisturbances = new(_clock);
        Disturbances[] serverDisturbances = [.. world.Servers.Select(_ => new Disturbances(_clock))];
        BridgeFaults bridgeFaults = new(world, publisher, bridgeDisturbances, _clock, log, new Random(options.Seed * 31 + 1_000));
        ServerFaults[] serverFaults =
        [
            .. world.Servers.Select(server => new ServerFaults(
                server,
                serverDisturbances[server.Number],
                log,
                new Random(options.Seed * 31 + 2_000 + server.Number)
            )),
        ];
        ProcessWatch watch = new(world.Servers, ledger);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var busy = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        JournalWatch journal = new(world);
        var watched = Task.WhenAll(watch.RunAsync(watching.Token), journal.RunAsync(watching.Token));
        var end = _clock.Now + options.Length.TotalSeconds;
        busy.CancelAfter(options.Length);
        await AllOrNoneAsync(
            busy,
            [
                bridgeFaults.RunAsync(() => _clock.Now < end - options.Length.TotalSeconds / 3, busy.Token),
                .. serverFaults.Select(faults => faults.RunAsync(busy.Token)),
                .. world.Servers.Select(server =>
                    new Traffic(
                        server,
                        makers[server.Number],
                        publisher,
                        ledger,
                        bridgeDisturbances,
                        log,
                        new Random(options.Seed * 31 + 3_000 + server.Number)
                    ).RunAsync(busy.Token)
                ),
            ]
        );
        cancellationToken.ThrowIfCancellationRequested();

        log.Write("run", "peace");
        await publisher.BridgeAnswersAsync(Patience, cancellationToken);
        // What was published before has its result before these have theirs.
        await RoundAsync(world, makers, publisher, ledger, cancellationToken);
        await UntilAsync(() => watch.Look().Count == 0, CommandMaker.Longest + TimeSpan.FromSeconds(5), cancellationToken);
        IReadOnlyList<(string, int)> processes = watch.Look();
        await UntilAsync(
            () => Verdict.IsSettled(atStart, ProcessVitals.Of(world.Bridge.Id)),
            TimeSpan.FromSeconds(60),
            cancellationToken
        );
        var atEnd = ProcessVitals.Of(world.Bridge.Id);
        log.Write("run", $"the bridge has {atEnd}");
        await watching.CancelAsync();
        await watched;
        (var status, var time) = await world.StopBridgeAsync();
        string[] lastEnd =
            status == 0 && time < World.ShutdownLimit ? [] : [$"the last: exit status {status} after {time.TotalSeconds:0.0} s"];
        Console.WriteLine(
            $"faults: {bridgeFaults.Count} of broker and bridge, {string.Join(" + ", serverFaults.Select(faults => faults.Count))} of the servers; {world.Lives} lives of the bridge"
        );
        return new Evidence
        {
            World = world,
            Ledger = ledger,
            BridgeDisturbances = bridgeDisturbances,
            ServerDisturbances = serverDisturbances,
            BrokerEnds = bridgeFaults.BrokerEnds,
            Journal = journal.Look(),
            Processes = processes,
            BadExits = [.. bridgeFaults.BadExits, .. lastEnd],
            AtStart = atStart,
            AtEnd = atEnd,
        };
    }

    /// <summary>
    /// Runs one last command on each server, after all others, and waits for its result. The verdict finds a missing
    /// one.
    /// </summary>
    private static Task RoundAsync(
        World world,
        CommandMaker[] makers,
        Publisher publisher,
        Ledger ledger,
        CancellationToken cancellationToken
    ) => Task.WhenAll(world.Servers.Select(server => LastAsync(makers[server.Number], publisher, ledger, cancellationToken)));

    private static async Task LastAsync(
        CommandMaker maker,
        Publisher publisher,
        Ledger ledger,
        CancellationToken cancellationToken
    )
    {
        RunClock waited = new();
        Command command;
        do
        {
            var plan = maker.Quick();
            command = plan.Command;
            ledger.Add(command);
            ledger.Publishing(command);
            if (await publisher.PublishAsync(plan.Topic, plan.Payload))
            {
                ledger.Acknowledged(command);
            }

            await UntilAsync(() => ledger.HasResult(command), Patience, cancellationToken);
            // A full queue answers at once, before those that wait in it.
        } while (command.Results.Any(result => result.Reason == "queueFull") && waited.Now < Patience.TotalSeconds);
    }

    /// <summary>When one of them fails, the others end too.</summary>
    private static async Task AllOrNoneAsync(CancellationTokenSource stop, Task[] tasks)
    {
        List<Task> open = [.. tasks];
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open);
            open.Remove(done);
            if (done.IsFaulted)
            {
                await stop.CancelAsync();
            }
        }

        await Task.WhenAll(tasks);
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        RunClock waited = new();
        while (!condition() && waited.Now < patience.TotalSeconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    private static bool Report(Evidence evidence, EventLog log)
    {
        Verdict verdict = new(evidence);
        foreach ((var name, var value) in verdict.Counts)
        {
            Print(name, value);
        }

        Console.WriteLine("errors, of which there must be none:");
        var checks = verdict.Checks;
        foreach (var check in checks)
        {
            Print(check.Name, check.Findings.Count.ToString(CultureInfo.InvariantCulture));
            foreach (var finding in check.Findings)
            {
                log.Write("FOUND", $"{check.Name}: {finding}");
            }

            foreach (var finding in check.Findings.Take(5))
            {
                Console.WriteLine($"      {finding}");
            }
        }

        return checks.All(check => check.IsGood);

        void Print(string name, string value)
        {
            Console.WriteLine($"  {name, -68} {value, 8}");
            log.Write("verdict", $"{name}: {value}");
        }
    }
}

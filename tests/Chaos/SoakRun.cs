using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>A steady load without faults, to see what the bridge holds on to.</summary>
internal sealed class SoakRun(RunOptions options)
{
    /// <summary>What the last minute may have more than the one it is compared with.</summary>
    private const double Tolerance = 0.05;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RunClock _clock = new();
    private readonly List<SoakSample> _samples = [];
    private readonly SoakLedger _ledger = new();

    private string File => Path.Combine(options.ResultsFolder, "soak.csv");

    /// <summary>
    /// From when on what the bridge holds is compared with its end: five minutes, or a third of a run that is short.
    /// </summary>
    private double Baseline => Math.Min(300, options.Length.TotalSeconds / 3);

    /// <returns>Whether all is well.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"soak: {options.Length.TotalMinutes:0.##} min, {options.Rate} commands/s, {options.Servers} servers, {options.Library}, {options.Consoles} open consoles; figures: {File}"
        );
        await using var world = await World.CreateAsync(
            new WorldOptions
            {
                Servers = options.Servers,
                TopSettings = options.Consoles > 0 ? ["webConsole: {enabled: true, url: 'http://127.0.0.1:0'}"] : [],
                Defaults = [$"sshLibrary: {options.Library}"],
                ServerSettings =
                [
                    ["stdout: true"],
                    ["stdout: line"],
                ],
            }
        );
        try
        {
            await using Publisher publisher = new(world.PlainPort, _ledger.Take);
            await publisher.ConnectAsync();
            await world.StartBridgeAsync();
            await publisher.BridgeAnswersAsync(Patience, cancellationToken);
            await using var consoles = await OpenConsoles.OpenAsync(world, options.Consoles);
            await LoadAsync(world, publisher, cancellationToken);
            consoles.Check(_ledger);
            return Report(world);
        }
        finally
        {
            await System.IO.File.WriteAllTextAsync(
                Path.Combine(options.ResultsFolder, "soak-bridge.log"),
                world.BridgeLog,
                CancellationToken.None
            );
        }
    }

    private async Task LoadAsync(World world, Publisher publisher, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(options.Length);
        Console.WriteLine(" minute   RSS MiB  anon MiB  threads  descriptors  commands  open  median ms  p99 ms");
        await Task.WhenAll(PublishAsync(world, publisher, end.Token), SampleAsync(world, end.Token));
        cancellationToken.ThrowIfCancellationRequested();
        RunClock waited = new();
        while (_ledger.Open.Count > 0 && waited.Now < Patience.TotalSeconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        CheckTransfers(world);
    }

    private async Task PublishAsync(World world, Publisher publisher, CancellationToken end)
    {
        SoakCommands[] commands = [.. world.Servers.Select(server => new SoakCommands(world, server))];
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1 / options.Rate));
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(end); i++)
            {
                var plan = commands[i % commands.Length].Next();
                _ledger.Publishing(plan.Command);
                if (!await publisher.PublishAsync(plan.Topic, plan.Payload))
                {
                    _ledger.Fault($"the broker did not take {plan.Command.Id}");
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private async Task SampleAsync(World world, CancellationToken end)
    {
        using PeriodicTimer timer = new(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                Sample(world);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private void Sample(World world)
    {
        var times = _ledger.TakeTimes();
        SoakSample sample = new()
        {
            Seconds = _clock.Now,
            Vitals = ProcessVitals.Of(world.Bridge.Id),
            Published = _ledger.Published,
            Ended = _ledger.Ended,
            MedianMs = times.Count == 0 ? 0 : times[times.Count / 2],
            P99Ms = times.Count == 0 ? 0 : times[times.Count * 99 / 100],
        };
        _samples.Add(sample);
        CheckTransfers(world);
        // The whole file each time: the folder may have been cleared.
        Directory.CreateDirectory(options.ResultsFolder);
        System.IO.File.WriteAllLines(File, [SoakSample.Header, .. _samples.Select(each => each.ToCsv())]);
        if (_samples.Count % 6 == 0)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sample.Seconds / 60, 7:0.0} {sample.Vitals.ResidentMegabytes, 9:0.0} {sample.Vitals.MemoryMegabytes, 9:0.0} {sample.Vitals.Threads, 8} {sample.Vitals.Descriptors, 12} {sample.Ended, 9} {sample.Published - sample.Ended, 5} {sample.MedianMs, 10:0.0} {sample.P99Ms, 7:0.0}"
                )
            );
        }
    }

    /// <summary>Compares the files of the transfers that have ended, and removes them: an hour has many.</summary>
    private void CheckTransfers(World world)
    {
        foreach (var command in _ledger.TakeTransfers())
        {
            (var source, var destination) = SoakCommands.FilesOf(world, command);
            if (!System.IO.File.ReadAllBytes(destination).AsSpan().SequenceEqual(FileContent.Of(command.Id, command.Size)))
            {
                _ledger.Fault($"{command.Id}: the file is not what was sent");
            }

            System.IO.File.Delete(source);
            System.IO.File.Delete(destination);
        }
    }

    private bool Report(World world)
    {
        foreach ((var status, var count) in _ledger.ByStatus)
        {
            Console.WriteLine($"  {status, -40} {count, 8}");
        }

        var lost = _ledger.Open;
        string[] twice = [.. world.Servers.SelectMany(server => server.Ran()).Where(ran => ran.Value > 1).Select(ran => ran.Key)];
        var isGood = lost.Count == 0 && twice.Length == 0 && _ledger.Faults.Count == 0;
        Console.WriteLine($"  {"without a result", -40} {lost.Count, 8}");
        Console.WriteLine($"  {"run twice", -40} {twice.Length, 8}");
        Console.WriteLine($"  {"other faults", -40} {_ledger.Faults.Count, 8}");
        foreach (var fault in _ledger.Faults.Take(10))
        {
            Console.WriteLine($"      {fault}");
        }

        isGood &= IsFlat("RSS MiB", vitals => vitals.ResidentMegabytes);
        isGood &= IsFlat("threads", vitals => vitals.Threads);
        isGood &= IsFlat("descriptors", vitals => vitals.Descriptors);
        return isGood;
    }

    private bool IsFlat(string what, Func<ProcessVitals, double> measure)
    {
        var before = Median(_samples.Where(sample => sample.Seconds >= Baseline && sample.Seconds < Baseline + 60));
        var after = Median(_samples.Where(sample => sample.Seconds > _samples[^1].Seconds - 60));
        var isFlat = after <= before * (1 + Tolerance);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {what, -12} median of the minute from {Baseline / 60:0.#} on: {before:0.0}; of the last: {after:0.0} ({(after / before - 1) * 100:+0.0;-0.0} %){(isFlat ? "" : "  TOO MUCH")}"
            )
        );
        return isFlat;

        double Median(IEnumerable<SoakSample> samples)
        {
            double[] values = [.. samples.Select(sample => measure(sample.Vitals)).Order()];
            return values.Length == 0 ? double.NaN : (values[values.Length / 2] + values[(values.Length - 1) / 2]) / 2;
        }
    }
}

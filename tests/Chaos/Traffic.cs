namespace SshMqttBridge.Chaos;

/// <summary>
/// Publishes commands for one server until it is cancelled: one after the other, in bursts, twice, with an expiry, and
/// cancels some.
/// </summary>
internal sealed class Traffic(
    ServerSite server,
    CommandMaker maker,
    Publisher publisher,
    Ledger ledger,
    Disturbances bridge,
    EventLog log,
    Random random
)
{
    private const int BurstLength = 40;
    private const int Repetitions = 8;
    private const double PatienceSeconds = 1;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(280);

    private readonly List<Task> _later = [];

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                // A few go to an unknown server; more would test nothing new.
                if (!bridge.IsLongerThan(PatienceSeconds))
                {
                    await StepAsync(random.Next(100), stop);
                }

                await Task.Delay(ShortestPause + (LongestPause - ShortestPause) * random.NextDouble(), stop);
                _later.RemoveAll(task => task.IsCompletedSuccessfully);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }

        await Task.WhenAll(_later);
    }

    private async Task StepAsync(int choice, CancellationToken stop)
    {
        switch (choice)
        {
            case < 1:
                for (var i = 0; i < BurstLength; i++)
                {
                    await PublishAsync(maker.Quick());
                }

                break;
            case < 2:
                // Without waiting for each other, as from many clients at once.
                await Task.WhenAll(Enumerable.Range(0, BurstLength).Select(_ => PublishAsync(maker.Quick(), qos: 2)));
                break;
            case < 4:
                log.Write("publish", $"{server.Id} close");
                await publisher.PublishAsync($"ssh/{server.Id}/connection/set", "close");
                break;
            case < 5:
                log.Write("publish", $"{server.Id} cancel all");
                await publisher.PublishAsync($"ssh/{server.Id}/cancel/set", "*");
                break;
            case < 6:
                await RepeatedlyAsync(maker.Large());
                break;
            case < 9:
                await PublishAsync(maker.Next(), expirySeconds: (uint)random.Next(1, 3));
                break;
            case < 16:
                await TwiceAsync(maker.Next(), TimeSpan.FromSeconds(random.NextDouble() * 2), stop);
                break;
            default:
                await PublishAsync(maker.Next());
                break;
        }
    }

    /// <summary>Like a careful publisher without an acknowledgement, or a careless one with it.</summary>
    private async Task TwiceAsync(Plan plan, TimeSpan pause, CancellationToken stop)
    {
        await PublishAsync(plan);
        _later.Add(LaterAsync(pause, () => PublishAsync(plan with { CancelAfter = null }), stop));
    }

    /// <summary>A client that repeats itself, at a command with a large result.</summary>
    private async Task RepeatedlyAsync(Plan plan)
    {
        for (var i = 0; i < Repetitions; i++)
        {
            await PublishAsync(plan);
        }
    }

    private async Task PublishAsync(Plan plan, uint? expirySeconds = null, int qos = 1)
    {
        var command = plan.Command;
        if (command.PublishCount == 0)
        {
            ledger.Add(command);
        }

        ledger.Publishing(command);
        if (await publisher.PublishAsync(plan.Topic, plan.Payload, expirySeconds, qos: qos))
        {
            ledger.Acknowledged(command);
        }

        if (plan.CancelAfter is { } pause)
        {
            // Also after the end of the run: nothing else stops it.
            _later.Add(
                LaterAsync(pause, () => publisher.PublishAsync($"ssh/{server.Id}/cancel/set", command.Id), CancellationToken.None)
            );
        }
    }

    private static async Task LaterAsync(TimeSpan pause, Func<Task> action, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, stop);
            await action();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}

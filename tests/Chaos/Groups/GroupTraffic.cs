namespace SshMqttBridge.Chaos.Groups;

/// <summary>
/// Publishes commands for one server until it is cancelled: one after the other, in bursts, twice; some again after each
/// takeover.
/// </summary>
internal sealed class GroupTraffic(
    ServerSite server,
    GroupCommands commands,
    Publisher publisher,
    Ledger ledger,
    GroupSightings sightings,
    GroupFaults faults,
    Random random
)
{
    private const int BurstLength = 6;

    /// <summary>So many commands are published again after a takeover.</summary>
    private const int Repetitions = 4;

    /// <summary>Of the last commands, so that most of them were in the hands of the leader before.</summary>
    private const int Memory = 40;

    private readonly List<Task> _later = [];
    private readonly List<Plan> _last = [];

    public async Task RunAsync(CancellationToken stop)
    {
        var epoch = 0L;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(random.Seconds(0.1, 0.9), stop);
                if (sightings.Leader?.Epoch is { } now && now != epoch)
                {
                    epoch = now;
                    await RepeatAsync();
                }

                await StepAsync(random.Next(100), stop);
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
            case < 4:
                await Task.WhenAll(Enumerable.Range(0, BurstLength).Select(_ => PublishAsync(commands.Quick())));
                break;
            case < 14:
                var plan = commands.Next();
                await PublishAsync(plan);
                _later.Add(LaterAsync(random.Seconds(0, 4), () => PublishAsync(plan with { CancelAfter = null }), stop));
                break;
            case < 20 when _last.Count > 0:
                await PublishAsync(_last[random.Next(_last.Count)]);
                break;
            default:
                await PublishAsync(commands.Next());
                break;
        }
    }

    /// <summary>Commands of the leader before. When the broker has forgotten what it knew, nobody can know their ids.</summary>
    private async Task RepeatAsync()
    {
        _last.RemoveAll(plan => plan.Command.PublishedAt <= faults.ForgottenAt);
        for (var i = 0; i < Repetitions && _last.Count > 0; i++)
        {
            await PublishAsync(_last[random.Next(_last.Count)]);
        }
    }

    private async Task PublishAsync(Plan plan)
    {
        var command = plan.Command;
        if (command.PublishCount == 0)
        {
            ledger.Add(command);
            Remember(plan with { CancelAfter = null });
        }
        else if (command.PublishedAt <= faults.ForgottenAt)
        {
            return;
        }

        ledger.Publishing(command);
        if (await publisher.PublishAsync(plan.Topic, plan.Payload))
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

    private void Remember(Plan plan)
    {
        _last.Add(plan);
        if (_last.Count > Memory)
        {
            _last.RemoveAt(0);
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

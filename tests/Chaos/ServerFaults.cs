using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Chaos;

/// <summary>Injects faults into one SSH server and the link to it, one after the other, chosen from a seed.</summary>
internal sealed class ServerFaults(ServerSite server, Disturbances disturbances, EventLog log, Random random)
{
    private readonly LinkFaults _link = new([server.Link], $"{server.Id} link", log);

    public int Count { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(random.Seconds(0.3, 4), stop);
                using (disturbances.Begin())
                {
                    Count++;
                    await StepAsync(random.Next(100), stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over. The fault has been removed.
        }
    }

    private Task StepAsync(int choice, CancellationToken stop) =>
        choice switch
        {
            < 20 => _link.CutAsync(),
            < 28 => _link.InjectAsync(new LinkFault.Stall(), random.Seconds(0.5, 8), stop),
            < 34 => _link.InjectAsync(new LinkFault.Stall(), random.Seconds(0.3, 3), stop, isCut: true),
            < 46 => _link.InjectAsync(new LinkFault.ResetAfter(random.Next(1, 30_000)), random.Seconds(0.5, 3), stop),
            < 54 => _link.InjectAsync(new LinkFault.Delay(random.Seconds(0.005, 0.15)), random.Seconds(1, 3), stop),
            < 62 => _link.InjectAsync(new LinkFault.Slice(random.Next(1, 20)), random.Seconds(0.5, 2), stop),
            < 74 => _link.InjectAsync(new LinkFault.FlipBit(random.Next(100, 20_000)), random.Seconds(0.5, 2), stop),
            < 78 => _link.InjectAsync(new LinkFault.Refuse(), random.Seconds(0.5, 3), stop),
            < 86 => EndAsync("kill -9", server.Sshd.KillDaemonsAsync, stop),
            < 90 => EndAsync("stop", server.Sshd.StopAsync, stop),
            < 94 => SessionsAsync(),
            _ => PauseAsync(stop),
        };

    private async Task EndAsync(string how, Func<Task> end, CancellationToken stop)
    {
        Note($"sshd: {how}");
        await end();
        await Pause.ForAsync(random.Seconds(0, 2), stop);
        await server.Sshd.StartAsync();
        Note("sshd started");
    }

    /// <summary>Their commands too, as if both had been killed.</summary>
    private Task SessionsAsync()
    {
        Note("sshd: sessions end");
        server.Sshd.KillSessionDaemons();
        return Task.CompletedTask;
    }

    private async Task PauseAsync(CancellationToken stop)
    {
        var length = random.Seconds(0.5, 8);
        Note($"sshd: SIGSTOP for {length.TotalSeconds:0.0} s");
        server.Sshd.Pause();
        await Pause.ForAsync(length, stop);
        server.Sshd.Resume();
        Note("sshd: SIGCONT");
    }

    private void Note(string what) => log.Write("fault", $"{server.Id} {what}");
}

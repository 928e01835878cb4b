using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Chaos;

/// <summary>Injects faults into one SSH server and the link to it, one after the other, chosen from a seed.</summary>
internal sealed class ServerFaults(ServerSite server, Disturbances disturbances, EventLog log, Random random)
{
    public int Count { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Seconds(0.3, 4), stop);
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
            < 20 => CutAsync(),
            < 28 => LinkAsync(new LinkFault.Stall(), Seconds(0.5, 8), stop),
            < 34 => LinkAsync(new LinkFault.Stall(), Seconds(0.3, 3), stop, isCut: true),
            < 46 => LinkAsync(new LinkFault.ResetAfter(random.Next(1, 30_000)), Seconds(0.5, 3), stop),
            < 54 => LinkAsync(new LinkFault.Delay(Seconds(0.005, 0.15)), Seconds(1, 3), stop),
            < 62 => LinkAsync(new LinkFault.Slice(random.Next(1, 20)), Seconds(0.5, 2), stop),
            < 74 => LinkAsync(new LinkFault.FlipBit(random.Next(100, 20_000)), Seconds(0.5, 2), stop),
            < 78 => LinkAsync(new LinkFault.Refuse(), Seconds(0.5, 3), stop),
            < 86 => EndAsync("kill -9", server.Sshd.KillDaemonsAsync, stop),
            < 90 => EndAsync("stop", server.Sshd.StopAsync, stop),
            < 94 => SessionsAsync(),
            _ => PauseAsync(stop),
        };

    private Task CutAsync()
    {
        Note("cut");
        server.Link.Cut();
        return Task.CompletedTask;
    }

    private async Task LinkAsync(LinkFault fault, TimeSpan length, CancellationToken stop, bool isCut = false)
    {
        Note($"{fault} for {length.TotalSeconds:0.0} s");
        server.Link.Fault = fault;
        try
        {
            await Task.Delay(length, stop);
        }
        finally
        {
            if (isCut)
            {
                // What was under way is gone.
                server.Link.Cut();
            }

            server.Link.Fault = new LinkFault.None();
            Note("link mended");
        }
    }

    private async Task EndAsync(string how, Func<Task> end, CancellationToken stop)
    {
        Note($"sshd: {how}");
        await end();
        try
        {
            await Task.Delay(Seconds(0, 2), stop);
        }
        finally
        {
            await server.Sshd.StartAsync();
            Note("sshd started");
        }
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
        var length = Seconds(0.5, 8);
        Note($"sshd: SIGSTOP for {length.TotalSeconds:0.0} s");
        server.Sshd.Pause();
        try
        {
            await Task.Delay(length, stop);
        }
        finally
        {
            server.Sshd.Resume();
            Note("sshd: SIGCONT");
        }
    }

    private void Note(string what) => log.Write("fault", $"{server.Id} {what}");

    private TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + random.NextDouble() * (to - from));
}

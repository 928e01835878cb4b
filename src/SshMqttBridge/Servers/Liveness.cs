namespace SshMqttBridge.Servers;

/// <summary>Whether the bridge works: health checks and the watchdog of systemd ask it.</summary>
internal sealed class Liveness(ServerSet servers, TimeProvider time)
{
    /// <summary>How long a part may take to answer; a machine may be busy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks each server for its state, on another thread. A part that does not answer blocks others as well: a restart helps. Servers
    /// and brokers that cannot be reached are no fault of the bridge.
    /// </summary>
    /// <returns>What does not work; null: everything does.</returns>
    public async Task<string?> FaultAsync()
    {
        var asking = Task.Run(Ask);
        try
        {
            await asking.WaitAsync(Limit, time);
            return null;
        }
        catch (TimeoutException)
        {
            return $"the servers did not answer within {Limit.TotalSeconds} s";
        }
    }

    private void Ask()
    {
        foreach (var server in servers.All)
        {
            _ = (server.QueuedCount, server.Connection, server.HasProblem, server.Pending.Count);
        }
    }
}

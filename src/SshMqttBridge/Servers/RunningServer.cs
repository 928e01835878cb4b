namespace SshMqttBridge.Servers;

/// <summary>A server that runs until the bridge stops, or until it is removed from the configuration.</summary>
internal sealed class RunningServer
{
    // Not disposed of: StopAsync may be called while the server ends by itself.
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _deadline;

    private RunningServer(Server server, Action<Exception> failed, CancellationToken stop, CancellationToken deadline)
    {
        Server = server;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        Ended = Task.Run(() => server.RunAsync(failed, _stop.Token, _deadline.Token), CancellationToken.None);
    }

    public Server Server { get; }

    /// <summary>Completes when the server has ended; fails as it did.</summary>
    public Task Ended { get; }

    /// <inheritdoc cref="Server.RunAsync"/>
    public static RunningServer Start(
        Server server,
        Action<Exception> failed,
        CancellationToken stop,
        CancellationToken deadline
    ) => new(server, failed, stop, deadline);

    /// <summary>Stops this server alone.</summary>
    /// <param name="timeToEnd">How long its running command may continue.</param>
    public async Task StopAsync(TimeSpan timeToEnd)
    {
        _deadline.CancelAfter(timeToEnd);
        await _stop.CancelAsync();
        await Ended;
    }
}

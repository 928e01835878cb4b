namespace SshMqttBridge.Hosting.Demo;

/// <summary>Runs the bridge with a private broker and, if <c>sshd</c> is installed, a private server.</summary>
internal static class DemoRun
{
    private const int FirstConsolePort = 18080;

    /// <summary>Runs until cancelled, and then removes everything.</summary>
    /// <param name="port">The broker's port; null: a free one.</param>
    /// <param name="cancellationToken">Stops the demo.</param>
    /// <returns>The bridge's exit status.</returns>
    /// <exception cref="DemoException">The demo cannot start.</exception>
    public static async Task<int> RunAsync(int? port, CancellationToken cancellationToken)
    {
        await using var broker = await DemoBroker.StartAsync(port);
        if (DemoPrograms.Find() is not { } programs)
        {
            DemoScreen.SuggestWithoutServer(broker);
            broker.Published = DemoScreen.Message;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        else
        {
            using DemoFolder folder = new();
            await using var server = await DemoServer.StartAsync(programs, folder, cancellationToken);
            return await WithServerAsync(folder, broker, server, cancellationToken);
        }

        return ExitStatus.Success;
    }

    private static async Task<int> WithServerAsync(
        DemoFolder folder,
        DemoBroker broker,
        DemoServer server,
        CancellationToken cancellationToken
    )
    {
        Uri console = new($"http://127.0.0.1:{DemoPorts.FreeFrom(FirstConsolePort)}");
        var options = DemoConfiguration.Write(folder, broker, server, console);
        TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        broker.Published = (topic, payload) =>
        {
            if (topic == $"ssh/{DemoConfiguration.ServerId}/connection" && payload == "online")
            {
                connected.TrySetResult();
            }
        };
        var running = BridgeHost.RunAsync(options, null, cancellationToken);
        await Task.WhenAny(running, connected.Task);
        if (!running.IsCompleted)
        {
            DemoScreen.Suggest(folder, broker, console);
            broker.Published = DemoScreen.Message;
        }

        return await running;
    }
}

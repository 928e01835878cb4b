namespace SshMqttBridge.WebConsole;

/// <summary>Signals endless responses that the console is stopping.</summary>
internal sealed class ConsoleShutdown : IDisposable
{
    private readonly CancellationTokenSource _started = new();

    /// <summary>Cancelled when the console starts to stop.</summary>
    public CancellationToken Started => _started.Token;

    public Task StartAsync() => _started.CancelAsync();

    public void Dispose() => _started.Dispose();
}

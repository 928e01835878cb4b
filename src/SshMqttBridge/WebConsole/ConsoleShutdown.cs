namespace SshMqttBridge.WebConsole;

/// <summary>Ends the responses that would otherwise never end.</summary>
internal sealed class ConsoleShutdown : IDisposable
{
    private readonly CancellationTokenSource _started = new();

    /// <summary>Cancelled when the console begins to stop.</summary>
    public CancellationToken Started => _started.Token;

    public Task StartAsync() => _started.CancelAsync();

    public void Dispose() => _started.Dispose();
}

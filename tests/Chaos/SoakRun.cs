namespace SshMqttBridge.Chaos;

internal sealed class SoakRun(RunOptions options)
{
    public Task<bool> RunAsync(CancellationToken cancellationToken) => Task.FromResult(options.IsSoak);
}

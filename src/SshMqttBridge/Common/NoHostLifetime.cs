using Microsoft.Extensions.Hosting;

namespace SshMqttBridge.Common;

/// <summary>For a web server inside the bridge, whose own host handles signals.</summary>
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using System.Threading.Channels;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting;

/// <summary>Who wants the configuration to be read again. Thread-safe.</summary>
internal sealed class ReloadRequests : IConfigurationReload
{
    /// <summary>More requests wait for nothing new: the ones that wait will read the same file.</summary>
    private const int MaximumWaiting = 16;

    private readonly Channel<TaskCompletionSource<ReloadOutcome>?> _waiting =
        Channel.CreateBounded<TaskCompletionSource<ReloadOutcome>?>(MaximumWaiting);

    /// <summary>The requests in order; null: nobody waits for the outcome.</summary>
    public ChannelReader<TaskCompletionSource<ReloadOutcome>?> Reader => _waiting.Reader;

    /// <summary>Asks for a reload. Does not wait.</summary>
    public void Request() => _waiting.Writer.TryWrite(null);

    /// <inheritdoc />
    public Task<ReloadOutcome> ReloadAsync()
    {
        TaskCompletionSource<ReloadOutcome> request = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_waiting.Writer.TryWrite(request))
        {
            request.SetResult(new ReloadOutcome(false, "too many reloads are waiting"));
        }

        return request.Task;
    }
}

using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Keeps a persistent connection open: connects whenever it is closed and wanted, with the delays of <see
/// cref="ReconnectPolicy"/>.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="throttle">Shared by all servers.</param>
/// <param name="delayAfter">Returns the delay after a failed attempt.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionMaintainer(
    ServerConnection connection,
    ConnectThrottle throttle,
    Func<SshConnectionException, TimeSpan> delayAfter,
    TimeProvider time
)
{
    private volatile ConnectThrottle.Turn? _turn;

    /// <summary>Keeps the turn of the current attempt. See <see cref="ConnectThrottle.Turn.Keep"/>.</summary>
    public void KeepTurn() => _turn?.Keep();

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var retry = ReconnectPipeline.Create(delayAfter, time);
        while (!stop.IsCancellationRequested)
        {
            var (wait, stateChanged) = connection.TakeWaitBeforeConnecting();
            using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stateChanged, stop);
            try
            {
                if (wait != TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, interrupted.Token);
                    continue;
                }

                await retry.ExecuteAsync(async token => await ConnectAsync(stateChanged, token), interrupted.Token);
            }
            catch (OperationCanceledException) when (stateChanged.IsCancellationRequested || stop.IsCancellationRequested)
            {
                // The state has changed: start over.
            }
        }
    }

    private async Task<ConnectAttempt> ConnectAsync(CancellationToken stateChanged, CancellationToken cancellationToken)
    {
        using var turn = await throttle.TakeAsync(cancellationToken);
        _turn = turn;
        // The linked token may be cancelled a moment later; an attempt in that moment must not undo a CloseAsync.
        stateChanged.ThrowIfCancellationRequested();
        return await connection.JoinAsync(cancellationToken);
    }
}

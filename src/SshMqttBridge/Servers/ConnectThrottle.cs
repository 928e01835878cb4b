using System.Threading.Channels;

namespace SshMqttBridge.Servers;

/// <summary>
/// Limits how many persistent connections open concurrently. A thousand concurrent handshakes slow each other down until each
/// exceeds <see cref="Configuration.ServerOptions.ConnectTimeout"/> and all start over. Commands do not wait for a turn.
/// Thread-safe.
/// </summary>
internal sealed class ConnectThrottle(TimeProvider time)
{
    /// <summary>The maximum number of concurrent attempts. More are not faster: the CPUs of both sides are busy then.</summary>
    public const int MaximumConcurrency = 50;

    /// <summary>
    /// The maximum length of a turn, rounded up by <see cref="TimerCoalescing"/>. A longer attempt continues without its turn,
    /// unless the server has answered: see <see cref="Turn.Keep"/>.
    /// </summary>
    public static readonly TimeSpan MaximumTurn = TimeSpan.FromSeconds(1);

    // Holds an element for each turn in use; callers wait while the channel is full.
    private readonly Channel<bool> _turns = Channel.CreateBounded<bool>(MaximumConcurrency);

    /// <summary>Waits for a turn.</summary>
    /// <returns>The turn; dispose of it at the end of the attempt.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        await _turns.Writer.WriteAsync(true, cancellationToken);
        return new Turn(_turns.Reader, time);
    }

    /// <summary>Permission to open a connection.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly ChannelReader<bool> _turns;
        private readonly ITimer _limit;
        private int _isOver;

        public Turn(ChannelReader<bool> turns, TimeProvider time)
        {
            _turns = turns;
            // Coalesced: when many servers do not answer, the next attempts start, and later give up, together.
            _limit = time.CreateTimer(
                static turn => ((Turn)turn!).End(),
                this,
                TimerCoalescing.After(MaximumTurn, time),
                Timeout.InfiniteTimeSpan
            );
        }

        /// <summary>
        /// Keeps the turn until it is disposed of. The server has answered, so the handshake uses the CPU: another attempt would
        /// slow both down.
        /// </summary>
        public void Keep() => _limit.Dispose();

        public void Dispose()
        {
            _limit.Dispose();
            End();
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                _turns.TryRead(out _);
            }
        }
    }
}

using System.Threading.Channels;

namespace SshMqttBridge.Servers;

/// <summary>
/// Lets only so many connections be opened at a time by those who keep them up. A thousand at once get in each other's way, here, on the way and at servers that are one
/// machine, until they take longer than <see cref="Configuration.ServerOptions.ConnectTimeout"/> and all begin again. Commands do not wait for a turn. Thread-safe.
/// </summary>
internal sealed class ConnectThrottle(TimeProvider time)
{
    /// <summary>More do not connect faster: what takes time then is the arithmetic on both sides, not waiting for the other.</summary>
    public const int AtOnce = 50;

    /// <summary>An attempt that takes longer, by up to a <see cref="TimerCoalescing"/>, goes on but gives up its turn, unless the server has answered: see <see cref="Turn.Keep"/>.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // Holds an element for each turn that is taken; who finds it full waits in line.
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(AtOnce);

    /// <summary>Waits in line.</summary>
    /// <returns>To be disposed of when the attempt has ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        await _taken.Writer.WriteAsync(true, cancellationToken);
        return new Turn(_taken.Reader, time);
    }

    /// <summary>The right to open a connection.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly ChannelReader<bool> _taken;
        private readonly ITimer _longest;
        private int _isOver;

        public Turn(ChannelReader<bool> taken, TimeProvider time)
        {
            _taken = taken;
            // On a beat: where many do not answer, the next ones begin, and later give up, together.
            _longest = time.CreateTimer(
                static turn => ((Turn)turn!).End(),
                this,
                TimerCoalescing.After(Longest, time),
                Timeout.InfiniteTimeSpan
            );
        }

        /// <summary>
        /// The server has answered, so the attempt is not waiting but computing: letting another one begin would make both slower. The turn lasts until it is disposed of.
        /// </summary>
        public void Keep() => _longest.Dispose();

        public void Dispose()
        {
            _longest.Dispose();
            End();
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                _taken.TryRead(out _);
            }
        }
    }
}

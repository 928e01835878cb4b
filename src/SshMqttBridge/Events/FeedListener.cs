using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SshMqttBridge.Events;

/// <summary>One who listens to a <see cref="LiveFeed"/>. Told by any thread; one reader.</summary>
internal sealed class FeedListener(Action<FeedListener> stop) : IDisposable
{
    /// <summary>How much may wait to be read, by <see cref="FeedEvent.Weight"/>: 16 MiB.</summary>
    public const long MostWaiting = 16 << 20;

    private readonly Channel<FeedEvent> _events = Channel.CreateUnbounded<FeedEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private long _waiting;

    /// <summary>Waits until there is something to take; false: there will be nothing more, since the listener was cut off or disposed.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the oldest event that waits.</summary>
    public bool TryTake([NotNullWhen(true)] out FeedEvent? happened)
    {
        if (!_events.Reader.TryRead(out happened))
        {
            return false;
        }

        Interlocked.Add(ref _waiting, -happened.Weight);
        return true;
    }

    /// <summary>Adds an event; false when too much waits, and from then on.</summary>
    public bool TryTell(FeedEvent happened)
    {
        if (Interlocked.Add(ref _waiting, happened.Weight) > MostWaiting)
        {
            _events.Writer.TryComplete();
        }

        return _events.Writer.TryWrite(happened);
    }

    public void Dispose()
    {
        stop(this);
        _events.Writer.TryComplete();
    }
}

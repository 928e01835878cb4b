using System.Threading.Channels;

namespace SshMqttBridge.Feed;

/// <summary>
/// Tells whoever listens what happens at the servers, as it happens. Costs next to nothing while nobody listens, never waits, and a listener that does not
/// keep up is cut off: its reader completes, and it has to begin anew. Thread-safe.
/// </summary>
internal sealed class LiveFeed
{
    private const int MostWaiting = 4096;

    private readonly Lock _gate = new();
    private volatile Channel<FeedEvent>[] _listeners = [];

    /// <summary>Whether anybody listens: events that cost something to make need not be made otherwise.</summary>
    public bool IsHeard => _listeners.Length > 0;

    /// <summary>Tells all listeners.</summary>
    public void Tell(FeedEvent happened)
    {
        foreach (var listener in _listeners)
        {
            if (!listener.Writer.TryWrite(happened))
            {
                Remove(listener);
            }
        }
    }

    /// <summary>Listens from now on until disposed.</summary>
    public FeedListener Listen()
    {
        var channel = Channel.CreateBounded<FeedEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        lock (_gate)
        {
            _listeners = [.. _listeners, channel];
        }

        return new FeedListener(channel.Reader, () => Remove(channel));
    }

    private void Remove(Channel<FeedEvent> channel)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners.Where(listener => listener != channel)];
        }

        channel.Writer.TryComplete();
    }
}

/// <summary>One who listens to a <see cref="LiveFeed"/>.</summary>
internal sealed class FeedListener(ChannelReader<FeedEvent> events, Action stop) : IDisposable
{
    /// <summary>What happens; completes when the listener is disposed or did not keep up.</summary>
    public ChannelReader<FeedEvent> Events { get; } = events;

    public void Dispose() => stop();
}

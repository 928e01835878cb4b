using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SshMqttBridge.Events;

/// <summary>A subscription to an <see cref="EventBus"/>. Any thread may publish; only one may read.</summary>
internal sealed class EventSubscription(Action<EventSubscription> stop) : IDisposable
{
    /// <summary>The limit of unread events, by <see cref="ServerEvent.Weight"/>: 16 MiB.</summary>
    public const long MaximumPending = 16 << 20;

    private readonly Channel<ServerEvent> _events = Channel.CreateUnbounded<ServerEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private long _pending;

    /// <summary>Waits for an event; false: there will be no more, because the subscription was removed or disposed.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the oldest unread event.</summary>
    public bool TryTake([NotNullWhen(true)] out ServerEvent? serverEvent)
    {
        if (!_events.Reader.TryRead(out serverEvent))
        {
            return false;
        }

        Interlocked.Add(ref _pending, -serverEvent.Weight);
        return true;
    }

    /// <summary>Adds an event; false if there are too many unread ones, and from then on.</summary>
    public bool TryPublish(ServerEvent serverEvent)
    {
        if (Interlocked.Add(ref _pending, serverEvent.Weight) > MaximumPending)
        {
            _events.Writer.TryComplete();
        }

        return _events.Writer.TryWrite(serverEvent);
    }

    public void Dispose()
    {
        stop(this);
        _events.Writer.TryComplete();
    }
}

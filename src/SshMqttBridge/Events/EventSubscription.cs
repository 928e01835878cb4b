using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SshMqttBridge.Events;

/// <summary>One who listens to a <see cref="EventBus"/>. Told by any thread; one reader.</summary>
internal sealed class EventSubscription(Action<EventSubscription> stop) : IDisposable
{
    /// <summary>How much may wait to be read, by <see cref="ServerEvent.Weight"/>: 16 MiB.</summary>
    public const long MaximumPending = 16 << 20;

    private readonly Channel<ServerEvent> _events = Channel.CreateUnbounded<ServerEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private long _waiting;

    /// <summary>Waits until there is something to take; false: there will be nothing more, since the listener was cut off or disposed.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the oldest event that waits.</summary>
    public bool TryTake([NotNullWhen(true)] out ServerEvent? happened)
    {
        if (!_events.Reader.TryRead(out happened))
        {
            return false;
        }

        Interlocked.Add(ref _waiting, -happened.Weight);
        return true;
    }

    /// <summary>Adds an event; false when too much waits, and from then on.</summary>
    public bool TryPublish(ServerEvent happened)
    {
        if (Interlocked.Add(ref _waiting, happened.Weight) > MaximumPending)
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

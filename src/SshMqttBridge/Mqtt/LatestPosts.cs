using System.Threading.Channels;

namespace SshMqttBridge.Mqtt;

/// <summary>
/// Posts messages that belong together, and reports when the broker has acknowledged all of them. Those that were posted before no
/// longer count: the <see cref="Outbox"/> of a standby drops messages without completing them. <see cref="Post"/> is not for
/// concurrent calls.
/// </summary>
/// <param name="outbox">Sends the messages.</param>
internal sealed class LatestPosts(Outbox outbox)
{
    // Holds at most one signal.
    private readonly Channel<bool> _acknowledged = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private volatile Remaining _latest = new(0);

    /// <summary>Whether the broker has acknowledged all messages of the last <see cref="Post"/>; true before the first.</summary>
    public bool AreAcknowledged => _latest.Count == 0;

    /// <summary>
    /// Waits until the broker has acknowledged all messages of the last <see cref="Post"/>, once for each of them or for several.
    /// When it returns, <see cref="Post"/> may have been called again: see <see cref="AreAcknowledged"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task WaitAsync(CancellationToken stop) => await _acknowledged.Reader.ReadAsync(stop);

    /// <summary>Does not wait.</summary>
    public void Post(IReadOnlyCollection<MqttPublication> messages)
    {
        Remaining remaining = new(messages.Count);
        _latest = remaining;
        foreach (var message in messages)
        {
            outbox.Post(message, () => OnCompleted(remaining));
        }
    }

    private void OnCompleted(Remaining remaining)
    {
        if (remaining.Decrement() == 0 && remaining == _latest)
        {
            _acknowledged.Writer.TryWrite(true);
        }
    }

    private sealed class Remaining(int count)
    {
        private int _count = count;

        public int Count => Volatile.Read(ref _count);

        public int Decrement() => Interlocked.Decrement(ref _count);
    }
}

using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Sends packets in the order in which they are added. Nobody waits: who flushes sends right away if the kernel takes it, and
/// what comes while it does not is sent behind it, by the thread that is sending already. Thread-safe.
/// </summary>
/// <param name="link">Only written to here.</param>
/// <param name="failed">Called once, when something could not be sent; nothing is sent after that.</param>
internal sealed class PacketWriter(BrokerLink link, MqttPacketFormatterAdapter formatter, Action<Exception> failed)
{
    private readonly Lock _lock = new();
    private PacketBatch _adding = new();
    private PacketBatch _sending = new();
    private bool _isSending;
    private TaskCompletionSource? _sent;

    /// <summary>Adds to what the next <see cref="Flush"/> sends.</summary>
    public void Add(MqttPacket packet)
    {
        lock (_lock)
        {
            _adding.Add(formatter.Encode(packet));
            formatter.Cleanup();
        }
    }

    /// <summary>Sends what was added; returns at once.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isSending || _adding.IsEmpty)
            {
                return;
            }

            _isSending = true;
            (_adding, _sending) = (_sending, _adding);
        }

        // It ends by itself and reports its failure.
        _ = SendAsync();
    }

    /// <summary>Completes when the kernel has all that was added; not at all if that cannot be sent.</summary>
    public Task FlushAsync()
    {
        Flush();
        lock (_lock)
        {
            return _isSending ? (_sent ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    private async Task SendAsync()
    {
        try
        {
            do
            {
                await _sending.SendAsync(link).ConfigureAwait(false);
            } while (!HasSentAll());
        }
        catch (Exception e)
        {
            failed(e);
        }
    }

    private bool HasSentAll()
    {
        TaskCompletionSource? sent;
        lock (_lock)
        {
            _sending.Clear();
            if (!_adding.IsEmpty)
            {
                (_adding, _sending) = (_sending, _adding);
                return false;
            }

            _isSending = false;
            (sent, _sent) = (_sent, null);
        }

        sent?.SetResult();
        return true;
    }
}

using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// Sends packets in the order in which they are added. Callers never wait: a flush sends at once if the kernel accepts the data;
/// otherwise the thread that is already sending also sends packets that are added later. Thread-safe.
/// </summary>
/// <param name="link">Only this class writes to it.</param>
/// <param name="failed">Called once, when sending has failed; nothing is sent afterwards.</param>
internal sealed class PacketWriter(BrokerLink link, MqttPacketFormatterAdapter formatter, Action<Exception> failed)
{
    private readonly Lock _lock = new();
    private PacketBatch _adding = new();
    private PacketBatch _sending = new();
    private bool _isSending;
    private TaskCompletionSource? _sent;

    /// <summary>The number of packets that the kernel has not accepted yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _adding.Count + _sending.Count;
            }
        }
    }

    /// <summary>Adds a packet that the next <see cref="Flush"/> sends.</summary>
    public void Add(MqttPacket packet)
    {
        lock (_lock)
        {
            _adding.Add(formatter.Encode(packet));
            formatter.Cleanup();
        }
    }

    /// <summary>Sends the added packets. Does not wait.</summary>
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

        // Ends by itself, and reports a failure.
        _ = SendAsync();
    }

    /// <summary>Completes when the kernel has accepted all added packets; never if sending fails.</summary>
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

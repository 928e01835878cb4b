using System.Collections.Concurrent;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>
/// A small MQTT client that shares no code with the one under test: it sees exactly what was on the wire. One connection, no
/// TLS, no keep-alive.
/// </summary>
public sealed class MqttProbe : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly ProbeOptions _options;
    private readonly SemaphoreSlim _write = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _answers = new();
    private readonly List<ProbeMessage> _messages = [];
    private readonly HashSet<int> _unreleased = [];
    private readonly TaskCompletionSource<int> _connected = NewAnswer();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream _stream = Stream.Null;
    private Task _reading = Task.CompletedTask;
    private int _lastId;

    private MqttProbe(ProbeOptions options) => _options = options;

    /// <summary>What arrived so far, in order.</summary>
    public IReadOnlyList<ProbeMessage> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>The reason code of the DISCONNECT that the broker sent, if it did.</summary>
    public int? DisconnectReason { get; private set; }

    /// <summary>Completes when the connection has ended.</summary>
    public Task Closed => _reading;

    private bool IsV5 => _options.Version == 5;

    public static Task<MqttProbe> ConnectAsync(MosquittoBroker broker, ProbeOptions? options = null) =>
        ConnectAsync(broker.Port, options);

    /// <exception cref="InvalidOperationException">The broker refused the connection.</exception>
    public static async Task<MqttProbe> ConnectAsync(int port, ProbeOptions? options = null)
    {
        var probe = new MqttProbe(options ?? new());
        try
        {
            await probe.OpenAsync(port);
            return probe;
        }
        catch
        {
            await probe.DisposeAsync();
            throw;
        }
    }

    /// <returns>The granted QoS, or 128 and more: refused.</returns>
    public async Task<int> SubscribeAsync(string filter, int qos = 1, bool sendRetained = true)
    {
        var (id, answer) = NewRequest();
        var packet = new ProbePacket(0x82).Short(id);
        if (IsV5)
        {
            packet.Properties(new ProbePacket(0));
        }

        // Retain as published on MQTT 5: a live message shows the flag that its publisher set.
        packet.Text(filter).Byte(qos | (IsV5 ? 0x08 | (sendRetained ? 0 : 0x20) : 0));
        await SendAsync(packet);
        return await answer.WaitAsync(Patience);
    }

    public Task<int> PublishAsync(
        string topic,
        string text,
        int qos = 1,
        bool retain = false,
        string? responseTopic = null,
        byte[]? correlationData = null,
        uint? expirySeconds = null
    ) =>
        PublishAsync(topic, System.Text.Encoding.UTF8.GetBytes(text), qos, retain, responseTopic, correlationData, expirySeconds);

    /// <summary>Returns when the broker has acknowledged it (QoS 0: when it is sent).</summary>
    /// <returns>The reason code, 0 on MQTT 3.1.1.</returns>
    public async Task<int> PublishAsync(
        string topic,
        byte[] payload,
        int qos = 1,
        bool retain = false,
        string? responseTopic = null,
        byte[]? correlationData = null,
        uint? expirySeconds = null
    )
    {
        var (id, answer) = qos > 0 ? NewRequest() : (0, Task.FromResult(0));
        var packet = new ProbePacket(0x30 | (qos << 1) | (retain ? 1 : 0)).Text(topic);
        if (qos > 0)
        {
            packet.Short(id);
        }

        if (IsV5)
        {
            var properties = new ProbePacket(0);
            if (expirySeconds is { } seconds)
            {
                properties.Byte(2).Int(seconds);
            }

            if (responseTopic is not null)
            {
                properties.Byte(8).Text(responseTopic);
            }

            if (correlationData is not null)
            {
                properties.Byte(9).Binary(correlationData);
            }

            packet.Properties(properties);
        }

        await SendAsync(packet.Bytes(payload));
        return await answer.WaitAsync(Patience);
    }

    /// <summary>The first message that fits, among those that arrived and those to come.</summary>
    public async Task<ProbeMessage> WaitForAsync(Func<ProbeMessage, bool> predicate) => (await WaitForAsync(1, predicate))[0];

    /// <summary>The first so many messages that fit.</summary>
    public async Task<IReadOnlyList<ProbeMessage>> WaitForAsync(int count, Func<ProbeMessage, bool> predicate)
    {
        var limit = Task.Delay(Patience);
        while (true)
        {
            Task arrived;
            lock (_messages)
            {
                var found = _messages.Where(predicate).Take(count).ToArray();
                if (found.Length == count)
                {
                    return found;
                }

                arrived = _arrived.Task;
            }

            if (await Task.WhenAny(arrived, limit) == limit)
            {
                var all = Messages;
                throw new TimeoutException(
                    $"of {count} messages {all.Count(predicate)} came; the last of {all.Count}: {string.Join("; ", all.TakeLast(10))}"
                );
            }
        }
    }

    private bool _isDisposed;

    /// <summary>Forgets what arrived.</summary>
    public void Clear()
    {
        lock (_messages)
        {
            _messages.Clear();
        }
    }

    /// <summary>Ends the connection without DISCONNECT, so that the last will is published.</summary>
    public void Cut() => _client.Client.Close(0);

    /// <summary>May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            if (_client.Connected)
            {
                await SendAsync(new ProbePacket(0xE0));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended before.
        }

        await _end.CancelAsync();
        await _reading;
        _client.Dispose();
        _end.Dispose();
        _write.Dispose();
    }

    private async Task OpenAsync(int port)
    {
        await _client.ConnectAsync("127.0.0.1", port);
        _stream = _client.GetStream();
        _reading = ReadAsync();
        var flags =
            0x02
            | (_options.UserName is null ? 0 : 0x80)
            | (_options.Password is null ? 0 : 0x40)
            | (_options.WillTopic is null ? 0 : 0x2C);
        var packet = new ProbePacket(0x10).Text("MQTT").Byte(_options.Version).Byte(flags).Short(0);
        if (IsV5)
        {
            packet.Properties(new ProbePacket(0));
        }

        packet.Text(_options.ClientId);
        if (_options.WillTopic is { } topic)
        {
            if (IsV5)
            {
                packet.Properties(new ProbePacket(0));
            }

            packet.Text(topic).Text(_options.WillText);
        }

        if (_options.UserName is { } name)
        {
            packet.Text(name);
        }

        if (_options.Password is { } password)
        {
            packet.Text(password);
        }

        await SendAsync(packet);
        var reason = await _connected.Task.WaitAsync(Patience);
        if (reason != 0)
        {
            throw new InvalidOperationException($"the broker refused the probe: {reason}");
        }
    }

    private async Task SendAsync(ProbePacket packet)
    {
        var bytes = packet.ToArray();
        await _write.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        finally
        {
            _write.Release();
        }
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        try
        {
            while (await ProbePacket.ReadAsync(_stream, _end.Token) is { } packet)
            {
                await HandleAsync(packet);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection has ended, which is what the tests look at.
        }

        var ended = new IOException("the probe's connection has ended");
        _connected.TrySetException(ended);
        foreach (var answer in _answers.Values)
        {
            answer.TrySetException(ended);
        }
    }

    private async Task HandleAsync(ProbePacket packet)
    {
        switch (packet.Type)
        {
            case 2: // CONNACK
                packet.ReadByte();
                _connected.TrySetResult(packet.ReadByte());
                break;
            case 3: // PUBLISH
                await HandlePublishAsync(packet);
                break;
            case 5: // PUBREC
                var received = packet.ReadShort();
                var reason = packet.AtEnd ? 0 : packet.ReadByte();
                if (reason >= 128)
                {
                    Answer(received, reason);
                    break;
                }

                await SendAsync(new ProbePacket(0x62).Short(received));
                break;
            case 6: // PUBREL
                var released = packet.ReadShort();
                _unreleased.Remove(released);
                await SendAsync(new ProbePacket(0x70).Short(released));
                break;
            case 4: // PUBACK
            case 7: // PUBCOMP
                Answer(packet.ReadShort(), packet.AtEnd ? 0 : packet.ReadByte());
                break;
            case 9: // SUBACK
                var subscribed = packet.ReadShort();
                if (IsV5)
                {
                    packet.ReadBytes(packet.ReadLength());
                }

                Answer(subscribed, packet.ReadByte());
                break;
            case 14: // DISCONNECT
                DisconnectReason = packet.AtEnd ? 0 : packet.ReadByte();
                break;
        }
    }

    private async Task HandlePublishAsync(ProbePacket packet)
    {
        var qos = (packet.Header >> 1) & 3;
        var topic = packet.ReadText();
        var id = qos > 0 ? packet.ReadShort() : 0;
        var message = new ProbeMessage(topic, [], (packet.Header & 1) != 0, qos);
        if (IsV5)
        {
            message = ReadProperties(message, new ProbePacket(0, packet.ReadBytes(packet.ReadLength())));
        }

        message = message with { Payload = packet.ReadRest() };
        if (qos < 2 || _unreleased.Add(id))
        {
            if (_options.Sink is { } sink)
            {
                sink(message);
            }
            else
                lock (_messages)
                {
                    _messages.Add(message);
                    _arrived.TrySetResult();
                    _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
        }

        if (qos > 0)
        {
            await SendAsync(new ProbePacket(qos == 1 ? 0x40 : 0x50).Short(id));
        }
    }

    private static ProbeMessage ReadProperties(ProbeMessage message, ProbePacket properties)
    {
        while (!properties.AtEnd)
        {
            switch (properties.ReadByte())
            {
                case 1:
                    properties.ReadByte();
                    break;
                case 2:
                    message = message with { ExpirySeconds = properties.ReadInt() };
                    break;
                case 3:
                    properties.ReadText();
                    break;
                case 8:
                    message = message with { ResponseTopic = properties.ReadText() };
                    break;
                case 9:
                    message = message with { CorrelationData = properties.ReadBinary() };
                    break;
                case 11:
                    properties.ReadLength();
                    break;
                case 35:
                    properties.ReadShort();
                    break;
                case 38:
                    properties.ReadText();
                    properties.ReadText();
                    break;
                case var other:
                    throw new NotSupportedException($"property {other}");
            }
        }

        return message;
    }

    private (int Id, Task<int> Answer) NewRequest()
    {
        while (true)
        {
            var id = (Interlocked.Increment(ref _lastId) % 65_535) + 1;
            var answer = NewAnswer();
            if (_answers.TryAdd(id, answer))
            {
                return (id, answer.Task);
            }
        }
    }

    private void Answer(int id, int reason)
    {
        if (_answers.TryRemove(id, out var answer))
        {
            answer.TrySetResult(reason);
        }
    }

    private static TaskCompletionSource<int> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

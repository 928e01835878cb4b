using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Chaos;

/// <summary>
/// The client that publishes and observes. It connects to the broker directly, without a faulty link, and reconnects when the
/// broker does.
/// </summary>
internal sealed class Publisher(int port, Action<ProbeMessage> sink) : IAsyncDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(300);

    private volatile MqttProbe? _probe;
    private TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _question = "";

    /// <summary>Connects or reconnects, and returns when subscribed.</summary>
    public async Task ConnectAsync()
    {
        if (_probe is { } old)
        {
            _probe = null;
            await old.DisposeAsync();
        }

        var probe = await MqttProbe.ConnectAsync(port, new ProbeOptions { Sink = Take });
        await probe.SubscribeAsync("ssh/#");
        _probe = probe;
    }

    /// <returns>Whether the broker has acknowledged it. If not, it may have got it nevertheless.</returns>
    public async Task<bool> PublishAsync(
        string topic,
        string payload,
        uint? expirySeconds = null,
        string? responseTopic = null,
        int qos = 1
    )
    {
        try
        {
            if (_probe is not { } probe)
            {
                return false;
            }

            var publishing = probe.PublishAsync(topic, payload, qos, expirySeconds: expirySeconds, responseTopic: responseTopic);
            // What begins while the connection ends is never answered.
            await Task.WhenAny(publishing, probe.Closed);
            return publishing.IsCompleted && await publishing < 128;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or ObjectDisposedException
                        or TimeoutException
                        or InvalidOperationException
                        or SocketException
            )
        {
            return false;
        }
    }

    /// <summary>
    /// Waits until the bridge answers a new probe message: it is then connected to the broker, and subscribed.
    /// </summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task BridgeAnswersAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var question = $"ssh/reply/{Guid.NewGuid():N}";
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _answered = answered;
        Volatile.Write(ref _question, question);
        using CancellationTokenSource limit = new(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (!answered.Task.IsCompleted)
            {
                // An unknown server: the bridge answers at once, whatever the servers do.
                await PublishAsync("ssh/nosuch/exec/set", "true", responseTopic: question);
                await Task.WhenAny(answered.Task, Task.Delay(AskAgain, either.Token));
                either.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"the bridge does not answer within {patience.TotalSeconds} s", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_probe is { } probe)
        {
            await probe.DisposeAsync();
        }
    }

    private void Take(ProbeMessage message)
    {
        if (message.Topic == Volatile.Read(ref _question))
        {
            _answered.TrySetResult();
        }

        sink(message);
    }
}

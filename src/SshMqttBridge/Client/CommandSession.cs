using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Client;

/// <summary>
/// Publishes a command and waits for its result: on the response topic, or, if it was missed while the broker was unavailable, on
/// the retained topic <c>last</c>.
/// </summary>
/// <param name="follows">What to follow until the result: <c>progress</c>, <c>output</c>, or null: nothing.</param>
internal sealed class CommandSession(
    ClientRequest request,
    ClientSettings settings,
    string? follows,
    IMqttTransport transport,
    ClientOutput output,
    TimeProvider time
)
{
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The bridge does not run a second message with the same id within ten minutes.</summary>
    private static readonly TimeSpan RepeatLimit = TimeSpan.FromMinutes(9);

    private readonly TopicScheme _topics = new(settings.Mqtt.BaseTopic);
    private readonly string _reply = $"{settings.ReplyTopic}/{request.Id}";
    private readonly byte[] _lastPrefix = Encoding.UTF8.GetBytes($"{{\"id\":\"{request.Id}\"");
    private Task _acknowledged = Task.CompletedTask;
    private long _startedAt;

    private string Last => _topics.Of(request.ServerId, "last");

    private string? Followed => follows is null ? null : _topics.Of(request.ServerId, follows);

    /// <summary>Runs the command and prints its output.</summary>
    /// <param name="cancelled">Cancels the command on the server.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="ClientException">There is no result.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<int> RunAsync(CancellationToken cancelled)
    {
        await using ClientConnection connection = new(transport, settings.Mqtt, Subscriptions(), time);
        await connection.OpenAsync(_ => { }, cancelled);
        using Deadline wait = new(request.Wait, time, cancelled);
        _startedAt = time.GetTimestamp();
        Publish(connection);
        try
        {
            return await FollowAsync(connection, wait.Token);
        }
        catch (OperationCanceledException) when (wait.HasPassed)
        {
            throw new ClientException(ClientExitStatus.Unavailable, $"no answer within {request.Wait.TotalSeconds} s");
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(connection);
            throw;
        }
    }

    private List<Subscription> Subscriptions()
    {
        List<Subscription> subscriptions =
        [
            new(_reply, RetainedMessages.Never),
            new(Last, RetainedMessages.AfterLoss) { IsOptional = true },
        ];
        if (Followed is { } followed)
        {
            subscriptions.Add(new Subscription(followed, RetainedMessages.Never) { IsOptional = true });
        }

        subscriptions.Add(new Subscription(_topics.BridgeState, RetainedMessages.Always));
        return subscriptions;
    }

    private void Publish(ClientConnection connection)
    {
        var left = request.Wait - time.GetElapsedTime(_startedAt);
        MqttPublication publication = new(request.Topic, request.Payload) { ResponseTopic = _reply, Expiry = left };
        _acknowledged = connection.Publish(publication, "the command");
    }

    private async Task<int> FollowAsync(ClientConnection connection, CancellationToken cancelled)
    {
        while (true)
        {
            var delivery = await connection.ReadAsync(cancelled);
            if (delivery.Topic == _topics.BridgeState)
            {
                OnState(delivery.Payload.Span, connection);
            }
            else if (IsResult(delivery) && CommandAnswer.TryRead(delivery.Payload) is { } answer)
            {
                output.Write(answer);
                return answer.ExitStatus;
            }
            else if (delivery.Topic == Followed)
            {
                Show(delivery.Payload);
            }
        }
    }

    private void Show(ReadOnlyMemory<byte> payload)
    {
        if (LivePiece.TryRead(payload, request.Id) is { } piece)
        {
            output.Write(piece);
        }
        else if (ProgressLine.TryRead(payload, request.Id) is { } line)
        {
            output.ShowProgress(line);
        }
    }

    private bool IsResult(MqttDelivery delivery) =>
        delivery.Topic == _reply || (delivery.Topic == Last && delivery.Payload.Span.StartsWith(_lastPrefix));

    private void OnState(ReadOnlySpan<byte> state, ClientConnection connection)
    {
        if (!state.SequenceEqual("online"u8))
        {
            output.Warn("the bridge is offline; it will publish the result when it is back");
        }
        else if (_acknowledged.IsFaulted && time.GetElapsedTime(_startedAt) < RepeatLimit)
        {
            // The connection was lost before the acknowledgement, so the message may not have arrived.
            Publish(connection);
        }
    }

    private async Task CancelAsync(ClientConnection connection)
    {
        MqttPublication cancel = new(_topics.Of(request.ServerId, "cancel/set"), Encoding.UTF8.GetBytes(request.Id));
        try
        {
            await connection.Publish(cancel, "the cancellation").WaitAsync(CancelTimeout, time);
            output.Warn("cancelled");
        }
        catch (Exception exception) when (exception is MqttConnectionException or MqttRefusedException or TimeoutException)
        {
            output.Warn($"not cancelled, the command may still be running: {exception.Message}");
        }
    }
}

using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Bench.World;

/// <summary>Waits until a number of topics have a certain payload.</summary>
internal sealed class TopicWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly string _text;
    private TaskCompletionSource _stateChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttProbe _probe = null!;

    private TopicWatch(string text) => _text = text;

    public static async Task<TopicWatch> StartAsync(int brokerPort, string filter, string text)
    {
        TopicWatch watch = new(text);
        watch._probe = await MqttProbe.ConnectAsync(brokerPort, new ProbeOptions { Sink = watch.Take });
        await watch._probe.SubscribeAsync(filter);
        return watch;
    }

    /// <param name="count">The number of topics.</param>
    /// <param name="check">Called periodically; throws if waiting is pointless.</param>
    public async Task WaitAsync(int count, Action check)
    {
        while (true)
        {
            Task news;
            lock (_topics)
            {
                if (_topics.Count >= count)
                {
                    return;
                }

                news = _stateChanged.Task;
            }

            await Task.WhenAny(news, Task.Delay(Interval));
            check();
        }
    }

    public ValueTask DisposeAsync() => _probe.DisposeAsync();

    private void Take(ProbeMessage message)
    {
        lock (_topics)
        {
            if (message.Text == _text ? _topics.Add(message.Topic) : _topics.Remove(message.Topic))
            {
                _stateChanged.TrySetResult();
                _stateChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}

using SshMqttBridge.Groups;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>
/// Some instances and a broker in a time of their own. Each direction of each link delivers in order, with a delay; the broker
/// passes messages to all in the order in which it receives them. Steps of ten milliseconds.
/// </summary>
internal sealed class SimulatedGroup
{
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Random _random;
    private readonly List<SimulatedInstance> _instances;
    private long _retainedEpoch;

    public SimulatedGroup(int count, Random random)
    {
        _random = random;
        _instances = [.. Enumerable.Range(0, count).Select(number => new SimulatedInstance($"pi-{number}", Times))];
    }

    public static LeaseTimes Times { get; } = new(TimeSpan.FromSeconds(2.5));

    public TimeSpan Now { get; private set; }

    public IReadOnlyList<SimulatedInstance> Instances => _instances;

    /// <summary>While false, the broker neither receives nor sends.</summary>
    public bool IsBrokerRunning { get; set; } = true;

    /// <summary>Those that would send a command now.</summary>
    public IReadOnlyList<SimulatedInstance> Leaders => [.. _instances.Where(one => one.IsActing(Now))];

    public void Pass(TimeSpan time, Action? check = null)
    {
        for (var end = Now + time; Now < end; Now += Step)
        {
            foreach (var instance in _instances.OrderBy(_ => _random.Next()))
            {
                instance.Run(Now, _retainedEpoch, IsBrokerRunning, Delay);
            }

            Forward();
            check?.Invoke();
        }
    }

    /// <summary>The broker forgets its retained messages, and all connections end.</summary>
    public void Forget()
    {
        _retainedEpoch = 0;
        foreach (var instance in _instances)
        {
            instance.Disconnect();
        }
    }

    private TimeSpan Delay() => Step * _random.Next(1, 20);

    private void Forward()
    {
        if (!IsBrokerRunning)
        {
            return;
        }

        foreach (var sender in _instances.OrderBy(_ => _random.Next()))
        {
            while (sender.TryTake(Now) is { } message)
            {
                _retainedEpoch = Math.Max(_retainedEpoch, message.Epoch);
                foreach (var receiver in _instances)
                {
                    receiver.Offer(message, Now + Delay());
                }
            }
        }
    }
}

namespace SshMqttBridge.Chaos;

/// <summary>Records when a link was disturbed, and until when this may have had consequences. Thread-safe.</summary>
internal sealed class Disturbances(RunClock clock)
{
    private readonly Lock _gate = new();
    private readonly List<Span> _spans = [];

    public IReadOnlyList<Span> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>Records a disturbance from now until it is disposed.</summary>
    public IDisposable Begin()
    {
        lock (_gate)
        {
            _spans.Add(new Span(clock.Now));
            return new Ending(this, _spans.Count - 1);
        }
    }

    /// <summary>Whether a disturbance has lasted that many seconds already.</summary>
    public bool IsLongerThan(double seconds)
    {
        lock (_gate)
        {
            return _spans.Any(span => double.IsInfinity(span.To) && span.From < clock.Now - seconds);
        }
    }

    public bool Touch(double from, double to)
    {
        lock (_gate)
        {
            return _spans.Any(span => span.Touches(from, to));
        }
    }

    private sealed class Ending(Disturbances owner, int index) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._spans[index] = owner._spans[index] with { To = owner.Now };
            }
        }
    }

    private double Now => clock.Now;
}

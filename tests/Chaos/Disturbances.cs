namespace SshMqttBridge.Chaos;

/// <summary>When something was done to one link, and until when it may have had consequences. Thread-safe.</summary>
internal sealed class Disturbances(RunClock clock)
{
    readonly Lock _gate = new();
    readonly List<Span> _spans = [];

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

    /// <summary>Notes that something is about to be done, until it is disposed of.</summary>
    public IDisposable Begin()
    {
        lock (_gate)
        {
            _spans.Add(new Span(clock.Now));
            return new Ending(this, _spans.Count - 1);
        }
    }

    /// <summary>Whether something has been going on for so many seconds already.</summary>
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

    sealed class Ending(Disturbances owner, int index) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._spans[index] = owner._spans[index] with { To = owner.Now };
            }
        }
    }

    double Now => clock.Now;
}

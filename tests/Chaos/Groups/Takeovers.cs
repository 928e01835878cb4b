using System.Globalization;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>Measures how long a group is without a leader after a fault.</summary>
internal sealed class Takeovers(GroupSightings sightings, RunClock clock, TimeSpan takeover)
{
    /// <summary>What a machine with other work may need in addition; nobody waits longer for a leader.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.5);

    private readonly List<(string Fault, double Seconds)> _measured = [];
    private readonly List<string> _missing = [];

    /// <summary>Faults of a leader after which nobody led.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>A table.</summary>
    public IEnumerable<string> Lines =>
        _measured
            .GroupBy(measured => measured.Fault, StringComparer.Ordinal)
            .OrderBy(fault => fault.Key, StringComparer.Ordinal)
            .Select(fault => Line(fault.Key, [.. fault.Select(measured => measured.Seconds).Order()]))
            .Prepend($"  {"takeovers after", -40} {"count", 6} {"median s", 9} {"max s", 7} {"late", 5}");

    /// <summary>Waits for the next leader after a fault of this one that begins now.</summary>
    /// <param name="fault">Its name in the table.</param>
    /// <param name="epoch">Of the leader.</param>
    /// <param name="mustCome">False: there is a takeover only if it comes until <paramref name="end"/>.</param>
    /// <param name="end">The end of the fault.</param>
    /// <param name="stop">The end of the run.</param>
    public async Task MeasureAsync(string fault, long epoch, bool mustCome, Task end, CancellationToken stop)
    {
        var start = clock.Now;
        while (!stop.IsCancellationRequested)
        {
            var isOver = end.IsCompleted;
            if (sightings.LeaderAfter(epoch) is { } next)
            {
                _measured.Add((fault, next.At - start));
                return;
            }

            if (!mustCome && isOver)
            {
                return;
            }

            if (clock.Now > start + Patience.TotalSeconds)
            {
                _missing.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{start:0.000}: none within {Patience.TotalSeconds} s after {fault}"
                    )
                );
                return;
            }

            await Pause.ForAsync(Interval, stop);
        }
    }

    private string Line(string fault, IReadOnlyList<double> seconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"  {fault, -40} {seconds.Count, 6} {seconds[seconds.Count / 2], 9:0.00} {seconds[^1], 7:0.00} {seconds.Count(each => each > (takeover + Tolerance).TotalSeconds), 5}"
        );
}

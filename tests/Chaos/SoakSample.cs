using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>
/// What was measured at one moment of a soak; times in milliseconds are those of the commands that ended since the last one.
/// </summary>
internal sealed record SoakSample
{
    public const string Header = "seconds,rss_mib,anonymous_mib,threads,descriptors,published,ended,open,median_ms,p99_ms";

    public required double Seconds { get; init; }
    public required ProcessVitals Vitals { get; init; }
    public required long Published { get; init; }
    public required long Ended { get; init; }
    public required double MedianMs { get; init; }
    public required double P99Ms { get; init; }

    public string ToCsv() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Seconds:0},{Vitals.ResidentMegabytes:0.00},{Vitals.MemoryMegabytes:0.00},{Vitals.Threads},{Vitals.Descriptors},{Published},{Ended},{Published - Ended},{MedianMs:0.0},{P99Ms:0.0}"
        );
}

using System.Globalization;

namespace SshMqttBridge.Bench.Measuring;

/// <summary>The memory and threads of a process.</summary>
/// <param name="Resident">RSS in MB (10⁶ bytes), including mapped program files.</param>
/// <param name="Proportional">PSS in MB: shared memory counts in proportion.</param>
internal sealed record Vitals(double Resident, double Proportional, int Threads)
{
    public static Vitals Of(int process)
    {
        var rollup = File.ReadAllLines($"/proc/{process}/smaps_rollup");
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new Vitals(
            Number(rollup, "Rss:") * 1024 / 1e6,
            Number(rollup, "Pss:") * 1024 / 1e6,
            (int)Number(status, "Threads:")
        );
    }

    public override string ToString() => $"RSS {Resident:0.0} MB, PSS {Proportional:0.0} MB, {Threads} threads";

    private static double Number(string[] lines, string key) =>
        double.Parse(
            lines
                .First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..]
                .Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture
        );
}

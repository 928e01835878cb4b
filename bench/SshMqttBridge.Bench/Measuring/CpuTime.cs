using System.Globalization;

namespace SshMqttBridge.Bench.Measuring;

/// <summary>The processor time that a process has used, in steps of 10 ms (Linux, proc_pid_stat(5)).</summary>
internal static class CpuTime
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of the process itself.</summary>
    public static TimeSpan Of(int process) => Read(process, withChildren: false);

    /// <summary>Includes the children that have exited.</summary>
    public static TimeSpan WithChildrenOf(int process) => Read(process, withChildren: true);

    private static TimeSpan Read(int process, bool withChildren)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            // utime, stime, cutime and cstime are fields 14 to 17. The second field, the name, may contain anything; it ends with
            // the last parenthesis.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields.Skip(11).Take(withChildren ? 4 : 2).Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return TimeSpan.FromSeconds(ticks / TicksPerSecond);
        }
        catch (IOException)
        {
            return TimeSpan.Zero; // It has exited.
        }
    }
}

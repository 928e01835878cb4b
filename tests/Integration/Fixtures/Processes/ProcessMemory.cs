using System.Globalization;

namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

internal static class ProcessMemory
{
    /// <summary>The peak memory of a process.</summary>
    public static long PeakBytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

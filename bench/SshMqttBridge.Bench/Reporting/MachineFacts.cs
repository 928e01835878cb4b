using System.Globalization;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>The facts about the machine that influence the figures.</summary>
internal sealed record MachineFacts(
    string Date,
    string Processor,
    int Cores,
    bool HasAes,
    string Kernel,
    string Runtime,
    string LoadAverage
)
{
    public static MachineFacts Read()
    {
        var cpu = File.ReadAllLines("/proc/cpuinfo");
        return new MachineFacts(
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
            Value(cpu, "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            $" {Value(cpu, "flags") ?? Value(cpu, "Features")} ".Contains(" aes ", StringComparison.Ordinal),
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.FrameworkDescription,
            File.ReadAllText("/proc/loadavg").Split(' ')[0]
        );
    }

    public override string ToString() =>
        $"{Processor}, {Cores} cores, {(HasAes ? "with" : "without")} AES instructions, Linux {Kernel}, {Runtime}";

    private static string? Value(string[] lines, string key) =>
        lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}

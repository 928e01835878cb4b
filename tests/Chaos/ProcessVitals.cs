using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>
/// What a process holds: descriptors, threads, and memory of its own (RssAnon), which is what grows with a leak, native or not.
/// </summary>
internal sealed record ProcessVitals(int Descriptors, int Threads, long ResidentBytes, long MemoryBytes)
{
    public static ProcessVitals Of(int process)
    {
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new ProcessVitals(
            // Assemblies are kept open, and loaded when they are first needed.
            new DirectoryInfo($"/proc/{process}/fd")
                .GetFileSystemInfos()
                .Count(file => file.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == false),
            (int)Number(status, "Threads:"),
            Number(status, "VmRSS:") * 1024,
            Number(status, "RssAnon:") * 1024
        );
    }

    /// <summary>RSS, program files in memory included.</summary>
    public double ResidentMegabytes => ResidentBytes / 1048576.0;

    public double MemoryMegabytes => MemoryBytes / 1048576.0;

    public override string ToString() => $"{Descriptors} descriptors, {Threads} threads, {MemoryMegabytes:0.0} MiB";

    private static long Number(string[] status, string key) =>
        long.Parse(
            status
                .First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..]
                .Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture
        );
}

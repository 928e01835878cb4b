using System.Diagnostics;
using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Bench.Figures;

/// <summary>Copying a large file in each direction; both ends are in memory.</summary>
internal sealed class FilesFigure() : Figure("files", "put and get of 512 MiB")
{
    // The cipher that the bridge and sshd negotiate if the processor has AES instructions; scp prefers chacha20.
    private const string OtherCipher = "aes256-gcm@openssh.com";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        using MemoryFolder files = new();
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1).Top($"files: {{baseDirectory: {files[""]}}}"));
        await bridge.WaitForServersAsync(1);
        files.WriteText("source", scale.FileBytes);
        files.WriteText("empty", 0);
        var megabytes = scale.FileBytes / 1e6;
        Dictionary<string, List<double>> rates = new(StringComparer.Ordinal);
        await BridgeAsync(lab, "put", $"empty {files["copy"]}");

        var cpu = TimeSpan.Zero;
        for (var turn = 0; turn < scale.Bulk; turn++)
        {
            foreach (var direction in (string[])["put", "get"])
            {
                var before = CpuTime.Of(bridge.Id);
                var payload = direction == "put" ? $"source {files["copy"]}" : $"{files["source"]} copy";
                Add(direction, await BridgeAsync(lab, direction, payload));
                cpu += CpuTime.Of(bridge.Id) - before;
                Add($"scp {direction}", await ScpAsync(lab, direction, files));
                Add($"aes {direction}", await ScpAsync(lab, direction, files, "-c", OtherCipher));
            }
        }

        foreach (var direction in (string[])["put", "get"])
        {
            Sample ours = new(rates[direction], "MB/s");
            Sample scp = new(rates[$"scp {direction}"], "MB/s");
            report.Add(direction, ours, "`scp -O`", scp, Judgement.AtLeast(ours.Median / scp.Median, 1.3));
            report.Note($"{direction} by `scp -O -c {OtherCipher}`: {new Sample(rates[$"aes {direction}"], "MB/s")}.");
        }

        report.Note(
            $"Processor time of the bridge: {cpu.TotalSeconds / 2 / scale.Bulk:0.00} s for a file. scp's times include the login."
        );

        void Add(string name, double seconds)
        {
            File.Delete(files["copy"]);
            rates[name] = [.. rates.GetValueOrDefault(name, []), megabytes / seconds];
        }
    }

    private static async Task<double> BridgeAsync(Lab lab, string operation, string payload)
    {
        var answer = await Floor.RunAsync(
            "ask",
            Floor.Text(lab.BrokerPort),
            $"ssh/s0/{operation}/set",
            $"ssh/s0/{operation}",
            payload
        );
        return double.IsNaN(answer["answer"].Single())
            ? throw new InvalidOperationException($"{operation} {payload} failed")
            : answer["seconds"].Single();
    }

    private static async Task<double> ScpAsync(Lab lab, string direction, MemoryFolder files, params string[] options)
    {
        var remote = $"{SshdServer.User}@127.0.0.1:";
        string[] names =
            direction == "put" ? [files["source"], remote + files["copy"]] : [remote + files["source"], files["copy"]];
        var start = Stopwatch.GetTimestamp();
        await ChildProcess.RunAsync(
            "scp",
            [
                "-O",
                "-q",
                .. options,
                .. "-F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null".Split(' '),
                "-i",
                lab.Sshd.Key,
                "-P",
                Floor.Text(lab.Sshd.Port),
                .. names,
            ]
        );
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

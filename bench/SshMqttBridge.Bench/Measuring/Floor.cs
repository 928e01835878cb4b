using System.Globalization;
using SshMqttBridge.Bench.World;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Bench.Measuring;

/// <summary>
/// A C program that does the same with only libssh and libmosquitto, and is the client of all bridges:
/// <c>bench/peers/floor</c>.
/// </summary>
internal static class Floor
{
    /// <summary>The number of commands before the first one that is measured.</summary>
    public const int WarmUp = 30;

    private static readonly string Program = Path.GetFullPath("bench/peers/floor/floor");

    /// <summary>
    /// Runs enough commands to load code and, for peers with a just-in-time compiler, to compile it. Alternates between the
    /// peers, so that none is measured while it still cleans up after its warm-up.
    /// </summary>
    public static async Task WarmUpAsync(Lab lab, Scale scale, params string[] topics)
    {
        for (var burst = 0; burst < scale.WarmUpBursts; burst++)
        {
            foreach (var topic in topics)
            {
                await RunAsync("warm", Text(lab.BrokerPort), "100", $"{topic}/exec/set", $"{topic}/exec", "true");
            }
        }
    }

    /// <summary>
    /// Alternates between the command through libssh (<c>exec</c>), an MQTT round trip (<c>echo</c>), and the command through
    /// each peer.
    /// </summary>
    /// <returns>Milliseconds, by name.</returns>
    public static async Task<IReadOnlyDictionary<string, Sample>> LatenciesAsync(
        Lab lab,
        int count,
        string command,
        params (string Name, string Topic)[] answerers
    )
    {
        var lines = await RunAsync([
            "latency",
            .. lab.Login,
            Text(lab.BrokerPort),
            Text(count),
            command,
            .. answerers.SelectMany(one => new[] { one.Name, $"{one.Topic}/exec/set", $"{one.Topic}/exec" }),
        ]);
        return lines.ToDictionary(
            group => group.Key,
            group => new Sample(group.Select(us => us / 1000), "ms"),
            StringComparer.Ordinal
        );
    }

    /// <summary>Runs the program and reads its output: lines of a name and a number.</summary>
    public static async Task<ILookup<string, double>> RunAsync(params string[] arguments) =>
        (await ChildProcess.RunAsync(Program, arguments))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .ToLookup(
                parts => parts[0],
                parts => double.TryParse(parts[^1], CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
                StringComparer.Ordinal
            );

    public static async Task<double> SecondsAsync(params string[] arguments) => (await RunAsync(arguments))["seconds"].Single();

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

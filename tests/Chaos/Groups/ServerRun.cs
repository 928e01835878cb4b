using System.Globalization;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>That a command ran on a server, by its own notes there; times in seconds since the start of the run.</summary>
/// <param name="EndAt">Infinite: it was stopped before.</param>
internal sealed record ServerRun(string Id, string Instance, double StartAt, double EndAt)
{
    /// <summary>A shell command that notes its start, works, and notes its end.</summary>
    public static string Script(string file, string id, string work) =>
        $"printf 'start %s %s %s\\n' {id} \"${GroupMember.SenderVariable}\" \"$(date +%s%N)\" >>'{file}'; export CHAOS={id}; "
        + $"{work}; code=$?; printf 'end %s %s\\n' {id} \"$(date +%s%N)\" >>'{file}'; exit $code";

    /// <summary>All runs on a server.</summary>
    public static IReadOnlyList<ServerRun> ReadAll(string file, RunClock clock)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        List<ServerRun> runs = [];
        foreach (var words in File.ReadLines(file).Select(line => line.Split(' ')))
        {
            var at = clock.Of(DateTimeOffset.UnixEpoch.AddTicks(long.Parse(words[^1], CultureInfo.InvariantCulture) / 100));
            if (words[0] == "start")
            {
                runs.Add(new ServerRun(words[1], words[2], at, double.PositiveInfinity));
            }
            else if (runs.FindLastIndex(run => run.Id == words[1]) is >= 0 and var index)
            {
                runs[index] = runs[index] with { EndAt = at };
            }
        }

        return runs;
    }
}

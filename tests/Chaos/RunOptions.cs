using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>The command line.</summary>
internal sealed record RunOptions
{
    public const string Usage = """
        chaos [--minutes N] [--seed S] [--servers K]     random commands under random faults; default 1 minute, 3 servers
        soak [--minutes N] [--rate R] [--servers K]      a steady load of R commands a second; default 60 minutes, 20 a second
          --consoles N                                   open web consoles during a soak; default 0
          --group N                                      chaos in a group of 2 to 5 bridges; default: one bridge without a group
          --library sshnet|libssh                        the bridge's SSH library; default sshnet
          --results FOLDER                               where logs and figures go; default TestResults
        """;

    public required bool IsSoak { get; init; }
    public TimeSpan Length { get; init; }
    public int Seed { get; init; }
    public int Servers { get; init; } = 3;
    public double Rate { get; init; } = 20;
    public int Consoles { get; init; }

    /// <summary>The number of bridges in the group; 0: one bridge without a group.</summary>
    public int Group { get; init; }
    public string Library { get; init; } = "sshnet";
    public string ResultsFolder { get; init; } = "TestResults";

    /// <exception cref="FormatException">It is not understood.</exception>
    public static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var isSoak = (arguments.Count > 0 ? arguments[0] : "") switch
        {
            "chaos" => false,
            "soak" => true,
            _ => throw new FormatException("chaos or soak?"),
        };
        RunOptions options = new()
        {
            IsSoak = isSoak,
            Length = TimeSpan.FromMinutes(isSoak ? 60 : 1),
            Seed = Environment.TickCount & 0xFFFFFF,
        };
        for (var i = 1; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
            {
                throw new FormatException($"{arguments[i]} needs a value");
            }

            options = options.With(arguments[i], arguments[i + 1]);
        }

        return options;
    }

    private RunOptions With(string name, string value) =>
        name switch
        {
            "--minutes" => this with { Length = TimeSpan.FromMinutes(double.Parse(value, CultureInfo.InvariantCulture)) },
            "--seed" => this with { Seed = int.Parse(value, CultureInfo.InvariantCulture) },
            "--servers" => this with { Servers = int.Parse(value, CultureInfo.InvariantCulture) },
            "--rate" => this with { Rate = double.Parse(value, CultureInfo.InvariantCulture) },
            "--consoles" => this with { Consoles = int.Parse(value, CultureInfo.InvariantCulture) },
            "--library" => this with
            {
                Library = value is "sshnet" or "libssh" ? value : throw new FormatException($"unknown library {value}"),
            },
            "--group" => this with
            {
                Group =
                    int.Parse(value, CultureInfo.InvariantCulture) is >= 2 and <= 5 and var group && !IsSoak
                        ? group
                        : throw new FormatException("--group is for chaos, and from 2 to 5"),
            },
            "--results" => this with { ResultsFolder = value },
            _ => throw new FormatException($"unknown option {name}"),
        };
}

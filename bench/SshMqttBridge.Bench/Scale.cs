namespace SshMqttBridge.Bench;

/// <summary>The amount of work of a run.</summary>
internal sealed record Scale
{
    /// <summary>The scale of the published figures.</summary>
    public static Scale Full { get; } = new();

    /// <summary>Checks the benchmark itself; its figures are not representative.</summary>
    public static Scale Quick { get; } =
        new()
        {
            IsQuick = true,
            Latencies = 30,
            Bulk = 2,
            WarmUpBursts = 1,
            OutputBytes = 20_000_000,
            Lines = 50_000,
            FileBytes = 64 << 20,
            ManyServers = 100,
            IdleTime = TimeSpan.FromSeconds(3),
            DownTime = TimeSpan.FromSeconds(6),
        };

    public bool IsQuick { get; private init; }

    /// <summary>Number of samples of each latency.</summary>
    public int Latencies { get; private init; } = 300;

    /// <summary>Number of samples of everything that takes long.</summary>
    public int Bulk { get; private init; } = 5;

    /// <summary>Warm-up rounds of 100 commands each, before anything is measured that happens once per command.</summary>
    public int WarmUpBursts { get; private init; } = 6;

    /// <summary>Output of the command of the figure <c>output</c>, in bytes.</summary>
    public int OutputBytes { get; private init; } = 200_000_000;

    /// <summary>Lines of the command of the figure <c>lines</c>.</summary>
    public int Lines { get; private init; } = 1_000_000;

    /// <summary>Size of the copied file, in bytes.</summary>
    public int FileBytes { get; private init; } = 512 << 20;

    public int ManyServers { get; private init; } = 1000;

    /// <summary>How long an idle bridge is observed.</summary>
    public TimeSpan IdleTime { get; private init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a bridge with unreachable servers is observed.</summary>
    public TimeSpan DownTime { get; private init; } = TimeSpan.FromSeconds(60);
}

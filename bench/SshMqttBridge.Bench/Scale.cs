namespace SshMqttBridge.Bench;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    /// <summary>What the published figures are made of.</summary>
    public static Scale Full { get; } = new();

    /// <summary>To see whether the measuring works; its figures mean little.</summary>
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

    /// <summary>Samples of each latency.</summary>
    public int Latencies { get; private init; } = 300;

    /// <summary>Samples of whatever takes long.</summary>
    public int Bulk { get; private init; } = 5;

    /// <summary>Of 100 commands each, before anything is measured that a bridge does as often as commands come.</summary>
    public int WarmUpBursts { get; private init; } = 6;

    /// <summary>Of the command with much output.</summary>
    public int OutputBytes { get; private init; } = 200_000_000;

    /// <summary>Of the command whose lines are published one by one.</summary>
    public int Lines { get; private init; } = 1_000_000;

    /// <summary>Of the file that is copied.</summary>
    public int FileBytes { get; private init; } = 512 << 20;

    public int ManyServers { get; private init; } = 1000;

    /// <summary>How long it is watched what an idle bridge does.</summary>
    public TimeSpan IdleTime { get; private init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long it is watched what a bridge does whose servers are all down.</summary>
    public TimeSpan DownTime { get; private init; } = TimeSpan.FromSeconds(60);
}

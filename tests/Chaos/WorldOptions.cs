namespace SshMqttBridge.Chaos;

/// <summary>What the world is made of. Settings are lines of the bridge's configuration.</summary>
internal sealed record WorldOptions
{
    public int Seed { get; init; }
    public RunClock Clock { get; init; } = new();

    /// <summary>Whether the bridge has a clock of its own, which costs it some time.</summary>
    public bool MaySetClock { get; init; }
    public int Servers { get; init; } = 3;
    public string[] TopSettings { get; init; } = [];
    public string[] MqttSettings { get; init; } = [];

    /// <summary>Of every server.</summary>
    public string[] Defaults { get; init; } = [];

    /// <summary>Of one server after the other, then from the beginning again.</summary>
    public IReadOnlyList<string[]> ServerSettings { get; init; } =
    [
        [],
    ];
}

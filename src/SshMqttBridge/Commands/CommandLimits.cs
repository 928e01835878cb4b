namespace SshMqttBridge.Commands;

/// <summary>Limits of what a client may request.</summary>
internal static class CommandLimits
{
    /// <summary>The largest payload of a write topic: 1 MiB.</summary>
    public const int PayloadBytes = 1 << 20;

    /// <summary>In characters.</summary>
    public const int MaximumIdLength = 128;

    public static readonly TimeSpan MinimumTimeout = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How long the bridge remembers the id of a finished command: a second command with it gets the first one's result.
    /// </summary>
    public static readonly TimeSpan IdMemory = TimeSpan.FromMinutes(10);

    /// <summary>The time from which the bridge remembers the ids of finished commands, and so keeps all results.</summary>
    public static DateTimeOffset IdsKeptSince(DateTimeOffset now) => now - IdMemory;
}

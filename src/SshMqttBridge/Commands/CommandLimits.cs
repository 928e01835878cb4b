namespace SshMqttBridge.Commands;

/// <summary>What a client may ask for at the most.</summary>
internal static class CommandLimits
{
    /// <summary>The largest payload of a write topic: 1 MiB.</summary>
    public const int PayloadBytes = 1 << 20;

    /// <summary>The longest id, in characters.</summary>
    public const int IdLength = 128;

    public static readonly TimeSpan MinimumTimeout = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a finished command is known by its id: a second one with that id gets the first one's result.</summary>
    public static readonly TimeSpan IdMemory = TimeSpan.FromMinutes(10);
}

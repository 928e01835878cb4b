namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>What a link does to the connections that pass through it.</summary>
internal abstract record LinkFault
{
    /// <summary>Nothing.</summary>
    public sealed record None : LinkFault;

    /// <summary>Closes open and new connections.</summary>
    public sealed record Refuse : LinkFault;

    /// <summary>
    /// Half-open: connections stay, also new ones, and nothing gets through. When the fault ends, the data sent meanwhile arrives.
    /// </summary>
    public sealed record Stall : LinkFault;

    /// <summary>Resets each connection after so many bytes, both directions together.</summary>
    public sealed record ResetAfter(long Bytes) : LinkFault;

    /// <summary>Holds each block back for so long.</summary>
    public sealed record Delay(TimeSpan Time) : LinkFault;

    /// <summary>Passes what comes in segments of a random size up to this.</summary>
    public sealed record Slice(int MaximumBytes) : LinkFault;

    /// <summary>Inverts one random bit of each connection, among the next so many bytes.</summary>
    public sealed record FlipBit(int WithinBytes) : LinkFault;
}

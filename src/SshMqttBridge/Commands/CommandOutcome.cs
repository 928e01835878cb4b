namespace SshMqttBridge.Commands;

/// <summary>How a command ended and what came of it. What goes wrong at a server is this, not an exception.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Reason">One of <see cref="Reasons"/>, or null where the status says it all.</param>
/// <param name="Message">The reason in words, or null.</param>
internal sealed record CommandOutcome(CommandStatus Status, string? Reason = null, string? Message = null)
{
    /// <summary>The exit status, where the server told one.</summary>
    public long? Exit { get; init; }

    /// <summary>The signal that ended it, without SIG, where the server told one.</summary>
    public string? Signal { get; init; }

    public CommandOutput Output { get; init; } = CommandOutput.None;

    /// <summary>What a whole transfer moved.</summary>
    public long? TransferredBytes { get; init; }

    public static CommandOutcome Rejected(string reason, string message) => new(CommandStatus.Rejected, reason, message);
}

/// <summary>What a command printed, as far as it was kept.</summary>
/// <param name="Out">Standard output in UTF-8; what was not valid is U+FFFD.</param>
/// <param name="Err">Standard error likewise.</param>
/// <param name="OutBytes">All that came on standard output, kept or not.</param>
/// <param name="ErrBytes">All that came on standard error, kept or not.</param>
/// <param name="Truncated">Whether something was dropped.</param>
internal sealed record CommandOutput(
    ReadOnlyMemory<byte> Out,
    ReadOnlyMemory<byte> Err,
    long OutBytes,
    long ErrBytes,
    bool Truncated
)
{
    public static CommandOutput None { get; } = new(default, default, 0, 0, false);
}

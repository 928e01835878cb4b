namespace SshMqttBridge.Commands;

/// <summary>How a command ended. A failure on a server is an outcome, not an exception.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Reason">One of <see cref="Reasons"/>, or null if the status is sufficient.</param>
/// <param name="Message">The reason in words, or null.</param>
internal sealed record CommandOutcome(CommandStatus Status, string? Reason = null, string? Message = null)
{
    /// <summary>The exit status, if the server sent one.</summary>
    public long? Exit { get; init; }

    /// <summary>The signal that ended the command, without SIG, if the server sent one.</summary>
    public string? Signal { get; init; }

    /// <summary>Whether the command is known to have ended after it was to be stopped; null: nothing was to be stopped.</summary>
    public bool? Stopped { get; init; }

    public CommandOutput Output { get; init; } = CommandOutput.None;

    /// <summary>The number of bytes of a complete transfer.</summary>
    public long? TransferredBytes { get; init; }

    /// <summary>The same outcome without the output, which is counted but could not be kept.</summary>
    /// <param name="cause">What failed.</param>
    public CommandOutcome WithoutOutput(Exception cause) =>
        this with
        {
            Message = $"{Message} The output was dropped: {DescribeCause(cause)}.".TrimStart(),
            Output = CommandOutput.Dropped(Output.OutBytes, Output.ErrBytes),
        };

    private static string DescribeCause(Exception cause) =>
        cause is OutOfMemoryException ? "the bridge does not have enough memory" : cause.Message.TrimEnd('.');

    public static CommandOutcome Rejected(string reason, string message) => new(CommandStatus.Rejected, reason, message);
}

/// <summary>The captured output of a command.</summary>
/// <param name="Out">Standard output in UTF-8; invalid bytes are U+FFFD.</param>
/// <param name="Err">Standard error likewise.</param>
/// <param name="OutBytes">The size of standard output before truncation.</param>
/// <param name="ErrBytes">The size of standard error before truncation.</param>
/// <param name="Truncated">Whether output was dropped.</param>
internal sealed record CommandOutput(
    ReadOnlyMemory<byte> Out,
    ReadOnlyMemory<byte> Err,
    long OutBytes,
    long ErrBytes,
    bool Truncated
)
{
    public static CommandOutput None { get; } = new(default, default, 0, 0, false);

    /// <summary>Only the sizes of an output that could not be kept.</summary>
    public static CommandOutput Dropped(long outBytes, long errBytes) => new(default, default, outBytes, errBytes, true);
}

namespace SshMqttBridge.Transfers;

/// <summary>A transfer that was refused or failed, for a reason other than the connection or the channel.</summary>
/// <param name="reason">One of <see cref="TransferReason"/>: a stable code.</param>
/// <param name="message">What happened, in words for the person who asked for the transfer.</param>
internal sealed class TransferException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Reason { get; } = reason;
}

/// <summary>The reasons of a result that transfers can give.</summary>
internal static class TransferReason
{
    /// <summary>A name that is not allowed: outside of the base directory, a link, not a regular file.</summary>
    public const string Path = "path";

    /// <summary>The bridge's own side: disk full, no permission, missing, changed while it was read.</summary>
    public const string Local = "local";

    /// <summary>The server's side: what its scp or shell said, or what it did against the protocol.</summary>
    public const string Remote = "remote";

    /// <summary>Nothing moved for the transfer timeout.</summary>
    public const string Stalled = "stalled";
}

namespace SshMqttBridge.Ssh;

/// <summary>Whether a server's key is the right one.</summary>
/// <param name="Refusal">Why not, in words, with fingerprints and what to do about it; null exactly when the key was accepted.</param>
internal sealed record HostKeyVerdict(HostKeyDecision Decision, string? Refusal = null);

internal enum HostKeyDecision
{
    /// <summary>It is the known one, or the pinned one.</summary>
    Accepted,

    /// <summary>It was the first one seen, and is known from now on.</summary>
    Stored,

    Refused,
}

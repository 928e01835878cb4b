namespace SshMqttBridge.Ssh;

/// <summary>The result of verifying a server's key.</summary>
/// <param name="Refusal">Why the key was refused, with fingerprints and a remedy; null exactly when it was accepted.</param>
internal sealed record HostKeyVerdict(HostKeyDecision Decision, string? Refusal = null);

internal enum HostKeyDecision
{
    /// <summary>It is the known key, or the pinned one.</summary>
    Accepted,

    /// <summary>It was the first key of the server, and is known from now on.</summary>
    Stored,

    Refused,
}

namespace SshMqttBridge.Ssh;

/// <summary>The result of verifying a server's key.</summary>
/// <param name="Refusal">Why the key was refused, with fingerprints and a remedy; null exactly when it was accepted.</param>
/// <param name="Refused">The same for programs; null exactly when the key was accepted.</param>
internal sealed record HostKeyVerdict(HostKeyDecision Decision, string? Refusal = null, RefusedHostKey? Refused = null);

internal enum HostKeyDecision
{
    /// <summary>It is the known key, or the pinned one.</summary>
    Accepted,

    /// <summary>It was the first key of the server, and is known from now on.</summary>
    Stored,

    Refused,
}

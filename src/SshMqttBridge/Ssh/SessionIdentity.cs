namespace SshMqttBridge.Ssh;

/// <summary>The authenticated user and the server's host key.</summary>
/// <param name="User">The user at the server, overrides included.</param>
/// <param name="HostKeyFingerprint">The fingerprint of the server's key, <c>SHA256:…</c>; null without a session.</param>
internal sealed record SessionIdentity(string User, string? HostKeyFingerprint);

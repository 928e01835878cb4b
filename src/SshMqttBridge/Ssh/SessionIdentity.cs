namespace SshMqttBridge.Ssh;

/// <summary>Who is logged in where.</summary>
/// <param name="User">The user at the server, overrides included.</param>
/// <param name="HostKeyFingerprint">Of the server's key as <c>SHA256:…</c>; null without a session.</param>
internal sealed record SessionIdentity(string User, string? HostKeyFingerprint);

namespace SshMqttBridge.Hosting;

/// <summary>A configuration that has been taken over.</summary>
/// <param name="Removing">Completes when the removed servers have ended and their topics are removed.</param>
/// <param name="Problems">What could not follow, and continues as before: sentences without a full stop.</param>
internal sealed record AppliedReload(Task Removing, IReadOnlyList<string> Problems);

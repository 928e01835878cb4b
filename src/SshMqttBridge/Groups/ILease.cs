namespace SshMqttBridge.Groups;

/// <summary>
/// PORT: applies for the lease of the group, renews it, and reports to <see cref="Leadership"/> while it is held. At most one
/// instance of a group holds it at any time. There is no preference: who has it keeps it.
/// </summary>
internal interface ILease
{
    /// <summary>Runs until it is cancelled, then hands the lease over: another instance can have it at once.</summary>
    Task RunAsync(CancellationToken stop);
}

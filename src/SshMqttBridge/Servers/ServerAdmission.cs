using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Servers;

/// <summary>What a server accepts, and what follows a command, for one version of its options.</summary>
/// <param name="Options">The version.</param>
/// <param name="Policy">Which commands are allowed; counts them.</param>
/// <param name="FollowUp">What follows the runs of actions.</param>
internal sealed record ServerAdmission(ServerOptions Options, PolicyGuard Policy, StateFollowUp FollowUp)
{
    public static ServerAdmission Of(ServerOptions options, TimeProvider time) =>
        new(options, new PolicyGuard(options.Policy, time), new StateFollowUp(options, time));
}

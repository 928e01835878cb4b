using SshMqttBridge.Commands;

namespace SshMqttBridge.Policies;

/// <summary>Keeps one server's policy: the rules, and the count of what was taken lately. Thread-safe.</summary>
internal sealed class PolicyGuard(ServerPolicy policy, TimeProvider time)
{
    readonly RateLimiter? _limiter = policy.RateLimit is { } limit ? new RateLimiter(limit, time) : null;

    /// <summary>The refusal of a command that the rules forbid, or null.</summary>
    public CommandOutcome? RefusalOf(Command command) =>
        policy.RefusalOf(command) is { } message ? CommandOutcome.Rejected(Reasons.Policy, message) : null;

    /// <summary>Counts a command that is about to be taken; its refusal if there have been too many, or null.</summary>
    public CommandOutcome? Count(Command command)
    {
        if (
            _limiter is null
            || command is not (ExecCommand or TransferCommand)
            || _limiter.Take() is var wait && wait == TimeSpan.Zero
        )
        {
            return null;
        }

        return CommandOutcome.Rejected(
            Reasons.Policy,
            $"Too many commands: {_limiter.Limit} may be run on this server (rateLimit); the next one in {Math.Ceiling(wait.TotalSeconds)} s."
        );
    }
}

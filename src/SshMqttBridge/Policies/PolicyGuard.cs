using SshMqttBridge.Commands;

namespace SshMqttBridge.Policies;

/// <summary>Enforces one server's policy: its rules and its rate limit. Thread-safe.</summary>
internal sealed class PolicyGuard(ServerPolicy policy, TimeProvider time)
{
    private readonly RateLimiter? _limiter = policy.RateLimit is { } limit ? new RateLimiter(limit, time) : null;

    /// <summary>Rejects a command that the rules do not allow; null: it is allowed.</summary>
    public CommandOutcome? RefusalOf(Command command) =>
        policy.RefusalOf(command) is { } message ? CommandOutcome.Rejected(Reasons.Policy, message) : null;

    /// <summary>
    /// Counts a command against the rate limit, and rejects it if there are too many; null: it is within the limit.
    /// </summary>
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
            $"Too many commands: this server allows {_limiter.Limit} (rateLimit). "
                + $"Try again in {Math.Ceiling(wait.TotalSeconds)} s."
        );
    }
}

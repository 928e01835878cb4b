using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>A pause after a failed authentication: another attempt could lock the account.</summary>
/// <param name="Since">The time of the failure, as a timestamp of the <see cref="TimeProvider"/>.</param>
/// <param name="Length">The length of the pause.</param>
/// <param name="Message">The failure in words.</param>
internal sealed record AuthenticationBlock(long Since, TimeSpan Length, string Message)
{
    public TimeSpan TimeLeft(TimeProvider time)
    {
        var left = Length - time.GetElapsedTime(Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public SshConnectionException ToException(TimeProvider time) =>
        new(
            SshFault.Authentication,
            $"{Message} Next attempt in {Math.Ceiling(TimeLeft(time).TotalSeconds)} s, or after the credentials change."
        );
}

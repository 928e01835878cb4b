using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>No attempt is made for a while: the server refused who we are, and another try might lock the account.</summary>
/// <param name="Since">When it did, as a timestamp of the <see cref="TimeProvider"/>.</param>
/// <param name="Length">For how long.</param>
/// <param name="Message">What it said.</param>
internal sealed record AuthenticationBlock(long Since, TimeSpan Length, string Message)
{
    public TimeSpan Left(TimeProvider time)
    {
        var left = Length - time.GetElapsedTime(Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public SshConnectionException ToException(TimeProvider time) =>
        new(
            SshFault.Authentication,
            $"{Message} Not tried again for {Math.Ceiling(Left(time).TotalSeconds)} s, or until the credentials change."
        );
}

using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Ssh.SshNet;

namespace SshMqttBridge.Tests.Unit.Ssh.SshNet;

/// <summary>Fails when a version of SSH.NET lacks what the adapter reaches into it for.</summary>
public sealed class SessionInternalsTests
{
    [Fact]
    public void Create_GivenThePinnedVersion_ShouldReachWhatTheAdapterNeeds()
    {
        using NoneAuthenticationMethod none = new("nobody");
        using var session = SessionInternals.Create(new ConnectionInfo("192.0.2.1", "nobody", none));

        SessionInternals.OnUnimplemented(session, static (_, _) => { });
        SessionInternals.OnDebug(session, static (_, _) => { });
        SessionInternals.OnGroup(session, static (_, _) => { });
        SessionInternals.OnAuthenticated(session, static (_, _) => { });

        SessionInternals.Socket(session).ShouldBeNull();
        Should.Throw<SshConnectionException>(() => SessionInternals.Send(session, new KeepAliveRequest()));
        typeof(Session).Assembly.GetName().Version!.ToString(3).ShouldBe("2026.0.0");
    }
}

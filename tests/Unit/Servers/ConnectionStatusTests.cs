using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Unit.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>Why a server is offline, as the web console shows it.</summary>
public sealed class ConnectionStatusTests
{
    [Fact]
    public async Task Status_GivenAPersistentConnection_ShouldFollowItsLife()
    {
        await using Watched nas = new(options => options);
        nas.Status.ShouldBe(new ConnectionStatus(OfflineReason.Connecting));

        var session = await nas.Running.Transport.AcceptAsync();
        await nas.BecomesAsync(ConnectionStatus.Online);
        session.Lose();
        await nas.UntilAsync(status => status.Offline == OfflineReason.Lost);
        nas.Running.Write("connection", "close");
        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.Closed));
        nas.Running.Write("connection", "open");
        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.Connecting));
    }

    [Fact]
    public async Task Status_GivenAConnectionOnDemand_ShouldDistinguishNotTriedFromNotNeeded()
    {
        await using Watched nas = new(options => options with { PersistentConnection = false });
        nas.Status.ShouldBe(new ConnectionStatus(OfflineReason.NotTried));

        nas.Running.Write("connection", "open");
        await nas.Running.Transport.AcceptAsync();
        await nas.BecomesAsync(ConnectionStatus.Online);
        nas.Running.Write("connection", "close");

        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.OnDemand));
    }

    [Theory]
    [InlineData("Connect")]
    [InlineData("Authentication")]
    [InlineData("HostKey")]
    public async Task Status_GivenAFailedAttempt_ShouldNameTheFaultAndKeepTheMessage(string fault)
    {
        await using Watched nas = new(options => options);

        await nas.Running.Transport.RefuseAsync(Enum.Parse<SshFault>(fault), "in words");

        await nas.BecomesAsync(new ConnectionStatus(Enum.Parse<OfflineReason>(fault), "in words"));
    }

    [Fact]
    public async Task Status_GivenARefusedHostKey_ShouldHaveBothFingerprints()
    {
        var (pinned, key) = (HostKeys.Ed25519(1).Fingerprint, HostKeys.Ed25519(2));
        await using Watched nas = new(options => options with { HostKey = new HostKeyPolicy(HostKeyMode.Pinned, pinned) });

        var attempt = await nas.Running.Transport.NextAsync();
        var refusal = attempt.Request.RefuseHostKey(key).ShouldNotBeNull();
        attempt.Outcome.SetException(new SshConnectionException(SshFault.HostKey, refusal));
        // The server is asked for a key of each type; it has no other.
        await nas.Running.Transport.RefuseAsync(SshFault.Connect);

        RefusedHostKey refused = new(pinned, key, HostKeyRemedy.Configuration);
        refused.Presented.ShouldBe($"ssh-ed25519 {key.Fingerprint}");
        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.HostKey, refusal, refused));
    }

    [Fact]
    public async Task Status_GivenShutdownWhenInactive_ShouldBeInactiveWithoutTheBroker()
    {
        await using Watched nas = new(options => options with { ShutdownWhenInactive = true });
        nas.Status.ShouldBe(new ConnectionStatus(OfflineReason.Inactive));

        nas.Running.SetActive(true);
        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.Connecting));
    }

    [Fact]
    public async Task Status_GivenAnotherBridge_ShouldSaySoAndForgetNothing()
    {
        await using Watched nas = new(options => options);
        await nas.Running.Transport.RefuseAsync(SshFault.Connect, "in words");
        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.Connect, "in words"));

        nas.Running.Server.SetServed(false);
        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.ServedElsewhere));
        nas.Running.Server.SetServed(true);

        await nas.BecomesAsync(new ConnectionStatus(OfflineReason.Connect, "in words"));
    }

    /// <summary>The server, and the statuses that it publishes.</summary>
    private sealed class Watched : IAsyncDisposable
    {
        private readonly EventSubscription _events;

        public Watched(Func<ServerOptions, ServerOptions> configure)
        {
            Running = new RunningServer(configure);
            _events = Running.Events.Subscribe();
        }

        public RunningServer Running { get; }

        public ConnectionStatus Status => Running.Server.ConnectionStatus;

        /// <summary>Waits until the status is published; it must then be the current one.</summary>
        public async Task BecomesAsync(ConnectionStatus expected)
        {
            (await UntilAsync(status => status == expected)).ShouldBe(expected);
            Status.ShouldBe(expected);
        }

        /// <summary>Waits for the next such status that is published.</summary>
        public async Task<ConnectionStatus> UntilAsync(Func<ConnectionStatus, bool> isExpected)
        {
            while (await _events.WaitAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            {
                while (_events.TryTake(out var serverEvent))
                {
                    if (serverEvent is ServerEvent.Connection { Status: var status } && isExpected(status))
                    {
                        return status;
                    }
                }
            }

            throw new InvalidOperationException("The events have ended.");
        }

        public async ValueTask DisposeAsync()
        {
            _events.Dispose();
            await Running.DisposeAsync();
        }
    }
}

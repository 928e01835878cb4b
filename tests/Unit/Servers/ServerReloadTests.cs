using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>What a reload of the configuration does to servers, and to what they are doing.</summary>
public sealed class ServerReloadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Reload_GivenTheSameOptions_ShouldTouchNothing()
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("sleep");
        var server = nas.Server;

        await nas.ReloadAsync(server.Options with { Actions = [.. server.Options.Actions] });
        process.End(0);

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        nas.Server.ShouldBeSameAs(server);
        (session.IsClosed, nas.Transport.Count).ShouldBe((false, 1));
    }

    [Fact]
    public async Task Reload_GivenAnotherHost_ShouldEndTheRunningCommandAndRunTheQueuedOnesThere()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();

        await nas.ReloadAsync(nas.Server.Options with { Host = "192.0.2.11" });
        session.IsClosed.ShouldBeFalse();
        first.End(7);

        (await nas.ResultAsync("1")).Exit.ShouldBe(7);
        await session.Closed;
        var attempt = await nas.Transport.NextAsync();
        attempt.Request.Host.ShouldBe("192.0.2.11");
        FakeSession next = new();
        attempt.Outcome.SetResult(next);
        foreach (var id in (string[])["2", "3"])
        {
            (await next.NextAsync()).End(0);
            (await nas.ResultAsync(id)).Status.ShouldBe(CommandStatus.Succeeded);
        }

        nas.ResultIds.ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task Reload_GivenTwoChangesWhileACommandRuns_ShouldUseTheLast()
    {
        await using var nas = new RunningServer();
        var (_, process) = await nas.StartAsync("sleep");

        await nas.ReloadAsync(nas.Server.Options with { Host = "192.0.2.11" });
        await nas.ReloadAsync(nas.Server.Options with { Host = "192.0.2.12" });
        process.End(0);

        (await nas.Transport.NextAsync()).Request.Host.ShouldBe("192.0.2.12");
    }

    [Fact]
    public async Task Reload_GivenAStricterPolicy_ShouldApplyItAtOnceAndKeepTheConnection()
    {
        await using var nas = new RunningServer();
        var (session, process) = await nas.StartAsync("sleep");

        await nas.ReloadAsync(
            nas.Server.Options with
            {
                Policy = new ServerPolicy { Commands = CommandRule.ActionsOnly },
                QueueLimit = 1,
            }
        );
        nas.Exec("uptime", "2");

        (await nas.ResultAsync("2")).Reason.ShouldBe("policy");
        process.End(0);
        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        (session.IsClosed, nas.Transport.Count).ShouldBe((false, 1));
    }

    [Fact]
    public async Task Reload_GivenAServerThatIsRemoved_ShouldRejectItsQueueAndLetTheRunningCommandEnd()
    {
        await using var nas = new RunningServer();
        var (session, first) = await nas.StartThreeAsync();

        var removing = nas.ReloadAsync();
        nas.Servers.Find("nas").ShouldBeNull();
        (await nas.ResultAsync("2")).Reason.ShouldBe("shutdown");
        (await nas.ResultAsync("3")).Reason.ShouldBe("shutdown");
        removing.IsCompleted.ShouldBeFalse();
        first.End(0);

        (await nas.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        await removing.WaitAsync(Patience);
        await session.Closed;
        await nas.SeenAsync("ssh/nas/connection", "offline");
    }

    [Fact]
    public async Task Reload_GivenANewServer_ShouldConnectToIt()
    {
        await using var nas = new RunningServer();
        await nas.ConnectAsync();
        nas.SetActive(true);

        await nas.ReloadAsync(nas.Server.Options, nas.Server.Options with { Id = "attic", Host = "192.0.2.20" });

        var attempt = await nas.Transport.NextAsync();
        attempt.Request.Host.ShouldBe("192.0.2.20");
        attempt.Outcome.SetResult(new FakeSession());
        await nas.SeenAsync("ssh/attic/connection", "online");
        nas.Servers.All.Select(server => server.Options.Id).ShouldBe(["nas", "attic"]);
    }

    [Fact]
    public async Task Reload_GivenACommandBeforeIt_ShouldStillKnowItsId()
    {
        await using var nas = new RunningServer();
        var (_, process) = await nas.StartAsync("touch");
        process.End(0);
        await nas.ResultAsync("1");

        await nas.ReloadAsync(nas.Server.Options with { Host = "192.0.2.11" });
        await nas.Transport.AcceptAsync();
        nas.Exec("touch", "1");

        // The result of the first run, again.
        await Eventually(() => nas.ResultIds.Count == 2 && nas.Server.Pending.Count == 0);
        nas.Server.Running.ShouldBeNull();

        async Task Eventually(Func<bool> condition)
        {
            for (var deadline = DateTime.UtcNow + Patience; !condition() && DateTime.UtcNow < deadline; )
            {
                await Task.Yield();
            }

            condition().ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Reload_GivenANewAction_ShouldPublishThatNothingIsKnownOfIt()
    {
        await using var nas = new RunningServer();
        await nas.ConnectAsync();

        await nas.ReloadAsync(nas.Server.Options with { Actions = [Scheduled("disk")] });

        await nas.SeenAsync("ssh/nas/action/disk/status", "unknown");
    }

    private static ActionOptions Scheduled(string name) =>
        new()
        {
            Name = name,
            CommandLine = "true",
            Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
        };
}

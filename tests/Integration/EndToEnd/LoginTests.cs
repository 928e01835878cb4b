using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Authentication methods, and servers that refuse every login.</summary>
public sealed class LoginTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [RootFact]
    public async Task Password_GivenACorrectOneInTheConfigurationOrOverMqtt_ShouldLogIn()
    {
        await using var user = await TemporaryUser.CreateAsync();
        await using var sshd = await SshdServer.StartNewAsync("PasswordAuthentication yes");
        string[] lines = ["host: 127.0.0.1", $"port: {sshd.Port}", $"user: {user.Name}"];
        await using var bridge = await world.StartAsync(
            world
                .Yaml()
                .Server("configured", [.. lines, $"password: '{user.Password}'"])
                .Server("overridden", [.. lines, "password: wrong", "persistentConnection: false"])
        );

        var configured = await bridge["configured"].ExecAsync("id -un");
        var wrong = await bridge["overridden"].ExecAsync("id -un");
        await bridge["overridden"].PublishAsync("password/set", user.Password);
        var overridden = await bridge["overridden"].ExecAsync("id -un");

        configured["out"].ShouldBe(user.Name);
        (wrong.Status, wrong.Reason).ShouldBe(("rejected", "authentication"), wrong.Json);
        overridden["out"].ShouldBe(user.Name);
        var everything =
            bridge.Log
            + string.Concat(
                bridge.Probe.Messages.Where(message => !message.Topic.EndsWith("/set")).Select(message => message.Text)
            )
            + string.Concat(
                Directory.GetFiles(bridge.Folder["state"]).Where(path => Path.GetFileName(path) != "lock").Select(ReadShared)
            );
        everything.ShouldNotContain(user.Password);
    }

    [Fact]
    public async Task Password_GivenAKeyFilesNameInTheConfiguration_ShouldLogInWithTheKey()
    {
        await using var bridge = await world.StartAsync(world.Nas("privateKeyFile:", $"password: {world.Sshd.Key}"));

        (await bridge["nas"].ExecAsync("echo key"))["out"].ShouldBe("key");
    }

    [Fact]
    public async Task Authentication_GivenItFailed_ShouldNotBeRetriedSoon()
    {
        await using var bridge = await world.StartAsync(world.Nas("user: nobody-of-that-name"));
        var before = world.Sshd.CountInLog("Connection from");

        var first = await bridge["nas"].ExecAsync("true");
        var second = await bridge["nas"].ExecAsync("true");

        (first.Reason, second.Reason).ShouldBe(("authentication", "authentication"));
        (world.Sshd.CountInLog("Connection from") - before).ShouldBeLessThanOrEqualTo(1);
        bridge["nas"].Has("connection", "online").ShouldBeFalse();
    }

    [Fact]
    public async Task Server_GivenItSendsNothing_ShouldBeGivenUpAfterTheConnectTimeout()
    {
        await using RawServer silent = new();
        await using var bridge = await world.StartAsync(
            world
                .Yaml()
                .Server("silent", "host: 127.0.0.1", $"port: {silent.Port}", "user: x", "password: y", "connectTimeout: 0.5")
        );

        var report = await bridge["silent"].ExecAsync("true");

        (report["exec"], report.Status, report.Reason).ShouldBe(("error", "rejected", "connect"), report.Json);
        report.Message.ShouldNotBeNull().ShouldContain("within 0.5 s");
    }

    [Fact]
    public async Task Server_GivenItsNameDoesNotResolve_ShouldRejectCommands()
    {
        await using var bridge = await world.StartAsync(
            world.Yaml().Server("nameless", "host: no-such-host.invalid", "user: x", "password: y")
        );

        var report = await bridge["nameless"].ExecAsync("true");

        (report["exec"], report.Status, report.Reason).ShouldBe(("error", "rejected", "connect"), report.Json);
        report.Message!.ShouldContain("no-such-host.invalid");
    }

    [Fact]
    public async Task Server_GivenItRefusesTheChannel_ShouldRejectTheCommandAndStayConnected()
    {
        await using var sshd = await SshdServer.StartNewAsync("MaxSessions 0");
        await using var bridge = await world.StartAsync(world.Yaml().Server("full", sshd));
        await bridge["full"].IsAsync("connection", "online");

        var report = await bridge["full"].ExecAsync("true");

        (report["exec"], report.Status, report.Reason).ShouldBe(("error", "rejected", "channel"), report.Json);
        bridge["full"].History("connection")[^1].ShouldBe("online");
    }

    [Fact]
    public async Task Start_GivenSecretsThatOthersMayRead_ShouldWarnAndNameTheFile()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas("password: secret"), world.Broker);
        File.SetUnixFileMode(bridge.ConfigurationFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        await bridge.StartAsync();

        bridge.Log.Split('\n').ShouldContain(line => line.StartsWith("warning:") && line.Contains(bridge.ConfigurationFile));
    }

    private static string ReadShared(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}

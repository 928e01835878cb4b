using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

public sealed class HostKeyTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly string _file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];

    [Fact]
    public async Task AcceptNew_GivenAChangedKey_ShouldRefuseItWithBothFingerprintsUntilTrusted()
    {
        var known = await world.Sshd.FingerprintAsync("ed25519");
        await using var bridge = await world.StartAsync(world.Nas("persistentConnection: false", "idleTimeout: 0.1"));
        var nas = bridge["nas"];
        (await nas.ExecAsync("echo first"))["out"].ShouldBe("first");
        File.ReadAllText(bridge.Folder["state/known_hosts"]).ShouldContain($"[127.0.0.1]:{world.Sshd.Port} ssh-ed25519 ");

        await world.Sshd.StopAsync();
        await world.Sshd.ReplaceHostKeysAsync();
        await world.Sshd.StartAsync();
        var presented = await world.Sshd.FingerprintAsync("ed25519");
        var refused = await nas.ExecAsync($"touch {_file}");

        (refused["exec"], refused.Status, refused.Reason).ShouldBe(("error", "rejected", "hostKey"), refused.Json);
        refused.Message!.ShouldContain(known);
        refused.Message!.ShouldContain(presented);
        File.Exists(_file).ShouldBeFalse();

        (var status, var output) = await BridgeProgram.RunAsync("trust", "nas", "--config", bridge.ConfigurationFile);
        var trusted = await nas.ExecAsync("echo trusted");

        status.ShouldBe(0);
        output.ShouldContain(presented);
        trusted["out"].ShouldBe("trusted");
    }

    [Fact]
    public async Task Strict_GivenAnUnknownKey_ShouldRefuseItUntilTrusted()
    {
        await using var bridge = await world.StartAsync(world.Nas("hostKey: strict", "persistentConnection: false"));

        var refused = await bridge["nas"].ExecAsync($"touch {_file}");
        await BridgeProgram.RunAsync("trust", "nas", "--config", bridge.ConfigurationFile);
        var trusted = await bridge["nas"].ExecAsync("echo trusted");

        (refused.Status, refused.Reason).ShouldBe(("rejected", "hostKey"), refused.Json);
        refused.Message!.ShouldContain(await world.Sshd.FingerprintAsync("ed25519"));
        File.Exists(_file).ShouldBeFalse();
        trusted["out"].ShouldBe("trusted");
    }

    [Theory]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task Pinned_GivenTheFingerprintOfAnotherKeyType_ShouldFindThatKey(string type)
    {
        var fingerprint = await world.Sshd.FingerprintAsync(type);
        await using var bridge = await world.StartAsync(world.Nas($"hostKey: '{fingerprint}'", "persistentConnection: false"));

        var report = await bridge["nas"].ExecAsync("echo pinned");

        report["out"].ShouldBe("pinned", report.Json);
    }

    [Fact]
    public async Task Pinned_GivenTheCorrectKeyOfAnotherTypeAndAWrongPassword_ShouldReportTheAuthentication()
    {
        var fingerprint = await world.Sshd.FingerprintAsync("rsa");
        await using var bridge = await world.StartAsync(
            world.Nas($"hostKey: '{fingerprint}'", "persistentConnection: false", "privateKeyFile:", "password: wrong")
        );

        var report = await bridge["nas"].ExecAsync("true");

        (report.Status, report.Reason).ShouldBe(("rejected", "authentication"), report.Json);
    }

    [Fact]
    public async Task Pinned_GivenTheCorrectAndAWrongFingerprint_ShouldAcceptOnlyTheCorrectOne()
    {
        var correct = await world.Sshd.FingerprintAsync("ed25519");
        var wrong = "SHA256:" + new string('A', 43);
        await using var bridge = await world.StartAsync(
            world
                .Nas($"hostKey: '{correct}'", "persistentConnection: false")
                .Server("wrong", world.Sshd, $"hostKey: '{wrong}'", "persistentConnection: false")
        );

        var accepted = await bridge["nas"].ExecAsync("echo pinned");
        var refused = await bridge["wrong"].ExecAsync($"touch {_file}");

        accepted["out"].ShouldBe("pinned");
        (refused.Status, refused.Reason).ShouldBe(("rejected", "hostKey"), refused.Json);
        refused.Message!.ShouldContain(correct);
        refused.Message!.ShouldContain(wrong);
        File.Exists(_file).ShouldBeFalse();
    }
}

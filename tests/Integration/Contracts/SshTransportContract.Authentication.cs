using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Contracts;

// Authentication: the user name and the credentials.
public abstract partial class SshTransportContract
{
    private const string WithPasswords = "PasswordAuthentication yes";
    private const string WithQuestions = "UsePAM yes\nKbdInteractiveAuthentication yes";

    [Theory]
    [InlineData("ed25519", null, "")]
    [InlineData("ed25519", null, "open sesame")]
    [InlineData("ecdsa", null, "")]
    [InlineData("ecdsa", "PEM", "open sesame")]
    [InlineData("ecdsa", "PKCS8", "")]
    [InlineData("rsa", null, "open sesame")]
    [InlineData("rsa", "PEM", "")]
    [InlineData("rsa", "PEM", "open sesame")]
    [InlineData("rsa", "PKCS8", "open sesame")]
    public async Task ConnectAsync_GivenAKey_ShouldLogIn(string type, string? format, string passphrase)
    {
        using TemporaryFolder folder = new();
        var key = await SshKeys.GenerateAsync(folder["key"], type, passphrase, format);
        var server = await StartServerAsync("", SshKeys.PublicKey(key));

        await using var session = await ConnectAsync(server, WithKey(key, passphrase.Length > 0 ? passphrase : null));

        (await RunAsync(session, "echo in")).Output.ShouldBe("in\n");
    }

    [Theory]
    [InlineData(@"DOM\user")]
    [InlineData("svc$")]
    [InlineData("o'brien")]
    [InlineData("a&b;c|d \"e\" `f`")]
    [InlineData("jürgen@example.org")]
    public async Task ConnectAsync_GivenAUserNameWithShellCharacters_ShouldReachTheServer(string user)
    {
        var server = await StartServerAsync();

        var message = await ShouldNotLogInAsync(server, WithKey(server.Key) with { User = user });

        message.ShouldContain(user);
        server.CountInLog("userauth-request for user").ShouldBeGreaterThan(0);
        if (user.All(char.IsAscii) && !user.Contains('\\', StringComparison.Ordinal))
        {
            server.CountInLog($"userauth-request for user {user} service").ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task ConnectAsync_GivenAnOldServerThatAcceptsOnlySha1Signatures_ShouldRequireTheSetting()
    {
        using TemporaryFolder folder = new();
        var key = await SshKeys.GenerateAsync(folder["key"], "rsa");
        var server = await StartServerAsync("PubkeyAcceptedAlgorithms ssh-rsa", SshKeys.PublicKey(key));
        var request = Request(server.Port, WithKey(key));
        await ShouldNotLogInAsync(server, WithKey(key));

        await using var session = await Transport.ConnectAsync(
            request with
            {
                Algorithms = new AlgorithmOptions { Signatures = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] },
            },
            Token
        );

        await session.PingAsync(Token);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPassphraseForAPlainKey_ShouldLogIn()
    {
        var server = await StartServerAsync();

        await using var session = await ConnectAsync(server, WithKey(server.Key, "not needed"));

        await session.PingAsync(Token);
    }

    [Fact]
    public async Task ConnectAsync_GivenAnUnknownKey_ShouldNameTheTriedAndTheAcceptedMethods()
    {
        using TemporaryFolder folder = new();
        var key = await SshKeys.GenerateAsync(folder["key"]);
        var server = await StartServerAsync(WithPasswords);

        var message = await ShouldNotLogInAsync(server, WithKey(key));

        message.ShouldContain(key);
        message.ShouldContain("publickey, password");
    }

    [Fact]
    public async Task ConnectAsync_GivenNoCredentials_ShouldNameTheAcceptedMethods()
    {
        var server = await StartServerAsync();

        (await ShouldNotLogInAsync(server, new SshCredentials { User = SshdServer.User })).ShouldContain("publickey");
    }

    [Fact]
    public async Task ConnectAsync_GivenKeyFilesThatCannotBeUsed_ShouldNameThemAndTheCause()
    {
        using TemporaryFolder folder = new();
        var encrypted = await SshKeys.GenerateAsync(folder["encrypted"], passphrase: "open sesame");
        var pem = await SshKeys.GenerateAsync(folder["pem"], "rsa", "open sesame", "PEM");
        var garbage = folder.Write("garbage", "not a key\n");
        var server = await StartServerAsync();

        (await ShouldNotLogInAsync(server, WithKey(folder["missing"]))).ShouldBe($"the key {folder["missing"]} is missing");
        (await ShouldNotLogInAsync(server, WithKey(folder.Path))).ShouldContain(folder.Path);
        (await ShouldNotLogInAsync(server, WithKey(garbage))).ShouldContain($"{garbage} is not a private key");
        foreach (var key in (string[])[encrypted, pem])
        {
            (await ShouldNotLogInAsync(server, WithKey(key))).ShouldBe($"the key {key} is encrypted and needs a passphrase");
            var message = await ShouldNotLogInAsync(server, WithKey(key, "wrong canary"));
            message.ShouldBe($"the passphrase does not open the key {key}");
        }
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    public async Task ConnectAsync_GivenACertificate_ShouldLogIn(string type)
    {
        using TemporaryFolder folder = new();
        var authority = await SshKeys.GenerateAsync(folder["authority"]);
        var key = await SshKeys.GenerateAsync(folder["key"], type);
        var certificate = await SshKeys.CertifyAsync(authority, key, SshdServer.User);
        var server = await StartServerAsync($"TrustedUserCAKeys {authority}.pub");

        await using (var session = await ConnectAsync(server, WithKey(key)))
        {
            await session.PingAsync(Token);
        }

        File.Move(certificate, folder["elsewhere"]);
        await using (var session = await ConnectAsync(server, WithKey(key, certificate: folder["elsewhere"])))
        {
            await session.PingAsync(Token);
        }

        await ShouldNotLogInAsync(server, WithKey(key));
        (await ShouldNotLogInAsync(server, WithKey(key, certificate: certificate))).ShouldContain($"{certificate} is missing");
    }

    [Fact]
    public async Task ConnectAsync_GivenACertificateOfAnUnknownAuthority_ShouldTryTheKeyItself()
    {
        using TemporaryFolder folder = new();
        var authority = await SshKeys.GenerateAsync(folder["authority"]);
        var server = await StartServerAsync();
        await SshKeys.CertifyAsync(authority, server.Key, SshdServer.User);

        await using var session = await ConnectAsync(server, WithKey(server.Key));

        await session.PingAsync(Token);
    }

    [Fact]
    public async Task ConnectAsync_GivenAnAgent_ShouldLogIn()
    {
        var server = await StartServerAsync();
        using TemporaryFolder folder = new();
        var other = await SshKeys.GenerateAsync(folder["other"]);
        await using var agent = await SshAgent.StartAsync(other, server.Key);

        await using var session = await ConnectAsync(server, new SshCredentials { User = SshdServer.User, Agent = true });

        await session.PingAsync(Token);
    }

    [Fact]
    public async Task ConnectAsync_GivenAnAgentWithoutTheKey_ShouldReportIt()
    {
        var server = await StartServerAsync();
        await using var agent = await SshAgent.StartAsync();

        var message = await ShouldNotLogInAsync(server, new SshCredentials { User = SshdServer.User, Agent = true });

        message.ShouldContain("agent");
    }

    [Fact]
    public async Task ConnectAsync_GivenAnAgentWithMoreKeysThanTheServerTries_ShouldReportIt()
    {
        using TemporaryFolder folder = new();
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => SshKeys.GenerateAsync(folder[$"key{number}"])));
        var server = await StartServerAsync("MaxAuthTries 3");
        await using var agent = await SshAgent.StartAsync(keys);

        var message = await ShouldNotLogInAsync(server, new SshCredentials { User = SshdServer.User, Agent = true });

        message.ShouldContain("Too many authentication failures");
    }

    [Fact]
    public async Task ConnectAsync_GivenNoAgent_ShouldReportIt()
    {
        var server = await StartServerAsync();
        await (await SshAgent.StartAsync()).DisposeAsync();

        var message = await ShouldNotLogInAsync(server, new SshCredentials { User = SshdServer.User, Agent = true });

        message.ShouldContain("the agent (not reachable)");
    }

    [Fact]
    public async Task ConnectAsync_GivenAnAgentThatDoesNotAnswer_ShouldWaitUntilCancelled()
    {
        var server = await StartServerAsync();
        await using SilentAgent agent = new();
        using CancellationTokenSource cancelling = new();
        SshCredentials credentials = new() { User = SshdServer.User, Agent = true };
        Task connecting = Transport.ConnectAsync(Request(server.Port, credentials), cancelling.Token);
        await agent.Asked.WaitAsync(Token);

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting.WaitAsync(Token));
    }

    [RootFact]
    public async Task ConnectAsync_GivenAPassword_ShouldLogIn()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync(WithPasswords);

        await using var session = await ConnectAsync(server, WithPassword(user));

        (await RunAsync(session, "id -un")).Output.ShouldBe($"{user.Name}\n");
    }

    [RootFact]
    public async Task ConnectAsync_GivenAWrongPassword_ShouldSendItOnce()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync($"{WithPasswords}\n{WithQuestions}");

        var message = await ShouldNotLogInAsync(server, WithPassword(user, "wrong canary"));

        message.ShouldNotContain("canary");
        message.ShouldContain("password");
        server.CountInLog("method password").ShouldBe(1);
        server.CountInLog("method keyboard-interactive").ShouldBe(0);
        server.CountInLog("Failed password").ShouldBe(1);
    }

    [RootFact]
    public async Task ConnectAsync_GivenQuestions_ShouldAnswerWithThePassword()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync(WithQuestions);

        await using var session = await ConnectAsync(server, WithPassword(user));

        (await RunAsync(session, "id -un")).Output.ShouldBe($"{user.Name}\n");
    }

    [RootFact]
    public async Task ConnectAsync_GivenQuestionsAndAWrongPassword_ShouldSendItOnce()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync(WithQuestions);

        var message = await ShouldNotLogInAsync(server, WithPassword(user, "wrong canary"));

        message.ShouldNotContain("canary");
        message.ShouldContain("keyboard-interactive");
        server.CountInLog("method keyboard-interactive").ShouldBe(1);
    }

    [RootFact]
    public async Task ConnectAsync_GivenAnExpiredPassword_ShouldReportItAndNotChangeIt()
    {
        await using var user = await TemporaryUser.CreateAsync();
        await user.ExpireAsync();
        var server = await StartServerAsync(WithQuestions);

        var message = await ShouldNotLogInAsync(server, WithPassword(user));

        message.ShouldContain("new password");
    }

    [RootFact]
    public async Task ConnectAsync_GivenAServerThatWantsKeyAndPassword_ShouldGiveBoth()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync($"{WithPasswords}\nAuthenticationMethods publickey,password");
        var both = WithKey(server.Key) with { User = user.Name, Password = new Secret(user.Password) };

        await using (var session = await ConnectAsync(server, both))
        {
            await session.PingAsync(Token);
        }

        await ShouldNotLogInAsync(server, both with { Password = null });
        await ShouldNotLogInAsync(server, both with { PrivateKey = null });
    }

    [RootFact]
    public async Task ConnectAsync_GivenAServerThatWantsPasswordAndKey_ShouldGiveBoth()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync($"{WithPasswords}\nAuthenticationMethods password,publickey");
        var both = WithKey(server.Key) with { User = user.Name, Password = new Secret(user.Password) };

        await using var session = await ConnectAsync(server, both);

        await session.PingAsync(Token);
    }

    [RootFact]
    public async Task ConnectAsync_GivenAServerThatWantsKeyAndQuestions_ShouldGiveBoth()
    {
        await using var user = await TemporaryUser.CreateAsync();
        var server = await StartServerAsync($"{WithQuestions}\nAuthenticationMethods publickey,keyboard-interactive");
        var both = WithKey(server.Key) with { User = user.Name, Password = new Secret(user.Password) };

        await using var session = await ConnectAsync(server, both);

        await session.PingAsync(Token);
    }

    [RootFact]
    public async Task ConnectAsync_GivenDropbear_ShouldWorkAsWithOpenSsh()
    {
        await using var user = await TemporaryUser.CreateAsync();
        await using var server = await DropbearServer.StartAsync();
        await using var session = await Transport.ConnectAsync(Request(server.Port, WithPassword(user)), Token);

        (await RunAsync(session, "echo out; echo err >&2; exit 3")).ShouldBe(
            new Completed(new ProcessExit(3, Signal: null), "out\n", "err\n")
        );
        (await RunAsync(session, "kill -9 $$")).Exit.ShouldBe(new ProcessExit(Status: null, "KILL"));
        await session.PingAsync(Token);
        await ShouldEchoAsync(session, 10_000_000);
        await using var process = await StartAsync(session, "echo ready; exec sleep 600");
        await ReadUntilAsync(process, "ready");
        await process.SignalAsync("TERM", Token);
        (await process.Exit.WaitAsync(Token)).Signal.ShouldBe("TERM");
    }

    private async Task<string> ShouldNotLogInAsync(SshdServer server, SshCredentials credentials)
    {
        var refusal = await Should.ThrowAsync<SshConnectionException>(() => ConnectAsync(server, credentials));
        refusal.Fault.ShouldBe(SshFault.Authentication, refusal.Message);
        return refusal.Message;
    }
}

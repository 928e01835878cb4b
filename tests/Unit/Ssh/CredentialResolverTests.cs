using System.Diagnostics;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class CredentialResolverTests : IDisposable
{
    private const string Key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Resolve_GivenAPassword_ShouldSendIt() =>
        CredentialResolver
            .Resolve(Server("hunter2"))
            .ShouldBe(new SshCredentials { User = "admin", Password = new Secret("hunter2") });

    [Fact]
    public void Resolve_GivenNothing_ShouldAskTheAgent() =>
        CredentialResolver.Resolve(Server()).ShouldBe(new SshCredentials { User = "admin", Agent = true });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resolve_GivenTheAgentSetting_ShouldFollowIt(bool agent)
    {
        CredentialResolver.Resolve(Server() with { Agent = agent }).Agent.ShouldBe(agent);
        CredentialResolver.Resolve(Server("hunter2") with { Agent = agent }).Agent.ShouldBe(agent);
    }

    [Theory]
    [InlineData("id", Key)]
    [InlineData("id", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n")]
    [InlineData("id", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n")]
    [InlineData("id", "a comment before it\n" + Key)]
    [InlineData("a key with spaces", Key)]
    public void Resolve_GivenAKeyFilesNameForAPassword_ShouldSendNoPassword(string name, string content)
    {
        var file = _folder.Write(name, content);

        foreach (var written in (string[])[name, file, "./" + name])
        {
            CredentialResolver
                .Resolve(Server(written) with { Passphrase = new Secret("phrase") })
                .ShouldBe(
                    new SshCredentials { User = "admin", PrivateKey = new SshPrivateKey(file, new Secret("phrase"), null) }
                );
        }
    }

    [Theory]
    [InlineData("id.pub", "ssh-ed25519 AAAA admin@nas")]
    [InlineData("cert.pem", "-----BEGIN CERTIFICATE-----\n")]
    [InlineData("public.pem", "-----BEGIN PUBLIC KEY-----\n")]
    [InlineData("empty", "")]
    [InlineData("notes", "hunter2")]
    public void Resolve_GivenAnotherFilesName_ShouldTreatItAsAPassword(string name, string content)
    {
        _folder.Write(name, content);

        CredentialResolver.Resolve(Server(name)).ShouldBe(new SshCredentials { User = "admin", Password = new Secret(name) });
    }

    [Fact]
    public void Resolve_GivenAHeaderBeyondTheFirstKilobyte_ShouldNotReadThatFar()
    {
        _folder.Write("big", new string(' ', 1024) + Key);

        CredentialResolver.Resolve(Server("big")).PrivateKey.ShouldBeNull();
    }

    [Theory]
    [InlineData(".")]
    [InlineData("/")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/tty")]
    [InlineData("fifo")]
    [InlineData("missing/id")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public void Resolve_GivenANonRegularFile_ShouldNotHang(string name)
    {
        using var mkfifo = Process.Start("mkfifo", [_folder["fifo"]]);
        mkfifo.WaitForExit();

        CredentialResolver.Resolve(Server(name)).Password.ShouldBe(new Secret(name));
    }

    [Fact]
    public void Resolve_GivenAVeryLongPassword_ShouldTreatItAsAPassword() =>
        CredentialResolver.Resolve(Server(new string('x', 100_000))).PrivateKey.ShouldBeNull();

    [Fact]
    public void Resolve_GivenKeyAndPassword_ShouldOfferBoth()
    {
        var file = _folder.Write("id", Key);
        var certificate = _folder.Write("cert", "");

        CredentialResolver
            .Resolve(Server("hunter2") with { PrivateKeyFile = file, CertificateFile = certificate })
            .ShouldBe(
                new SshCredentials
                {
                    User = "admin",
                    Password = new Secret("hunter2"),
                    PrivateKey = new SshPrivateKey(file, null, certificate),
                }
            );
    }

    [Fact]
    public void Resolve_GivenACertificateBesideTheKey_ShouldUseIt()
    {
        var file = _folder.Write("id", Key);
        var certificate = _folder.Write("id-cert.pub", "");

        CredentialResolver
            .Resolve(Server() with { PrivateKeyFile = file })
            .PrivateKey.ShouldBe(new SshPrivateKey(file, null, certificate));
    }

    [Fact]
    public void Resolve_GivenOverrides_ShouldReplaceUserPasswordAndKey()
    {
        var configured = Server("hunter2") with { PrivateKeyFile = _folder.Write("id", Key) };

        CredentialResolver
            .Resolve(configured, "root", new Secret("other"))
            .ShouldBe(new SshCredentials { User = "root", Password = new Secret("other") });
    }

    [Fact]
    public void Resolve_GivenAKeyForAnOverride_ShouldNotBringTheOtherKeysCertificate()
    {
        var other = _folder.Write("other", Key);
        var configured = Server() with { PrivateKeyFile = _folder.Write("id", Key), CertificateFile = _folder.Write("cert", "") };

        CredentialResolver
            .Resolve(configured, password: new Secret("other"))
            .PrivateKey.ShouldBe(new SshPrivateKey(other, null, null));
    }

    private ServerOptions Server(string? password = null) =>
        new()
        {
            Id = "nas",
            Host = "192.0.2.10",
            User = "admin",
            Password = password is null ? null : new Secret(password),
            KeyDirectory = _folder.Path,
        };
}

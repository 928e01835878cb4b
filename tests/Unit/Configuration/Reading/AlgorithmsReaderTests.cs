using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary><c>sshLibrary</c> and <c>algorithms</c>.</summary>
public sealed class AlgorithmsReaderTests : IDisposable
{
    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.SshNet);

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GivenNothing_ShouldUseSshNet()
    {
        var server = _folder.LoadGood(ConfigurationFolder.Minimal).Servers[0];

        server.SshLibrary.ShouldBe(SshLibrary.SshNet);
        server.Algorithms.ShouldBe(AlgorithmOptions.Default);
    }

    [Theory]
    [InlineData("sshnet", SshLibrary.SshNet)]
    [InlineData("libssh", SshLibrary.LibSsh)]
    public void Load_GivenALibrary_ShouldReadIt(string text, object library) =>
        _folder
            .LoadGood(ConfigurationFolder.Minimal + $"    sshLibrary: {text}\n")
            .Servers[0]
            .SshLibrary.ShouldBe((SshLibrary)library);

    [Fact]
    public void Load_GivenPrefixes_ShouldAddAndRemoveAsSshConfigDoes()
    {
        var algorithms = Read(
            "hostKeys: +ssh-rsa",
            "keyExchange: [diffie-hellman-group14-sha1, curve25519-sha256]",
            "ciphers: '-aes128-ctr, aes192-ctr'",
            "macs: ^hmac-sha1",
            "signatures: [+ssh-rsa]"
        );

        algorithms.HostKeys.ShouldBe([.. Catalog.Default(AlgorithmKind.HostKeys), "ssh-rsa"]);
        algorithms.KeyExchange.ShouldBe(["diffie-hellman-group14-sha1", "curve25519-sha256"]);
        algorithms.Ciphers.ShouldBe(Catalog.Default(AlgorithmKind.Ciphers).Except(["aes128-ctr", "aes192-ctr"]));
        algorithms.Macs.ShouldBe(["hmac-sha1", .. Catalog.Default(AlgorithmKind.Macs)]);
        algorithms.Signatures.ShouldBe([.. Catalog.Default(AlgorithmKind.Signatures), "ssh-rsa"]);
    }

    [Fact]
    public void Load_GivenDefaults_ShouldOverrideThemKindByKind()
    {
        var servers = _folder
            .LoadGood(
                """
                defaults: {algorithms: {ciphers: +aes128-cbc, macs: +hmac-sha1}}
                servers:
                  a: {host: a, user: a, algorithms: {ciphers: aes256-ctr}}
                """
            )
            .Servers;

        servers[0].Algorithms.Ciphers.ShouldBe(["aes256-ctr"]);
        servers[0].Algorithms.Macs.ShouldNotBeNull().ShouldContain("hmac-sha1");
    }

    [Fact]
    public void Load_GivenAnEnvironmentVariable_ShouldReadIt()
    {
        _folder.Environment["SSHMQTT__SERVERS__NAS__ALGORITHMS__CIPHERS"] = "aes256-ctr,aes192-ctr";

        var server = _folder.LoadGood(ConfigurationFolder.Minimal).Servers[0];

        server.Algorithms.Ciphers.ShouldBe(["aes256-ctr", "aes192-ctr"]);
    }

    [Theory]
    [InlineData("ciphers: +aes128-cbd", "SSH.NET does not support 'aes128-cbd'; did you mean 'aes128-cbc'?")]
    [InlineData("macs: rot13", "SSH.NET does not support 'rot13'. Valid: hmac-sha2-256-etm@openssh.com")]
    [InlineData("ciphers: []", "must contain at least one value")]
    [InlineData(
        "signatures: '-ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256'",
        "must leave at least one algorithm"
    )]
    [InlineData("kex: curve25519-sha256", "unknown key")]
    public void Load_GivenAnUnsupportedAlgorithm_ShouldNameTheSupportedOnes(string line, string message) =>
        _folder.LoadFault(ConfigurationFolder.Minimal + $"    algorithms:\n      {line}\n").ToString().ShouldContain(message);

    private AlgorithmOptions Read(params string[] lines) =>
        _folder
            .LoadGood(ConfigurationFolder.Minimal + "    algorithms:\n" + string.Concat(lines.Select(line => $"      {line}\n")))
            .Servers[0]
            .Algorithms;
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class KnownHostsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly KnownHosts _knownHosts;
    private readonly HostKey _old = HostKeys.Ed25519(1);
    private readonly HostKey _new = HostKeys.Ed25519(2);

    public KnownHostsTests() => _knownHosts = new KnownHosts(File);

    private string File => KnownHosts.FileIn(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Judge_GivenTheFirstKey_ShouldStoreIt()
    {
        _knownHosts.Judge(Server(), _old).ShouldBe(new HostKeyVerdict(HostKeyDecision.Stored));

        _knownHosts.Judge(Server(), _old).ShouldBe(new HostKeyVerdict(HostKeyDecision.Accepted));
        System.IO.File.ReadAllText(File).ShouldBe(Line("192.0.2.10", _old));
        Directory.GetFiles(_folder.Path).ShouldBe([File]);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Theory]
    [InlineData("accept-new")]
    [InlineData("strict")]
    public void Trust_GivenARefusedKey_ShouldMakeItTheOnlyKnownOne(string mode)
    {
        Write(Line("192.0.2.10", _old) + Line("192.0.2.11", _old));
        var server = Server(policy: Policy(mode));
        var refused = _knownHosts.Judge(server, _new).Refused.ShouldNotBeNull();

        _knownHosts.Trust(server, refused.Key).ShouldBeNull();

        _knownHosts.Judge(server, _new).Decision.ShouldBe(HostKeyDecision.Accepted);
        _knownHosts.Judge(server, _old).Decision.ShouldBe(HostKeyDecision.Refused);
        System.IO.File.ReadAllText(File).ShouldBe(Line("192.0.2.11", _old) + Line("192.0.2.10", _new));
    }

    [Fact]
    public void Trust_GivenAPinnedOrRevokedKey_ShouldRefuseItAndChangeNothing()
    {
        var content = "@revoked " + Line("192.0.2.10", _new);
        Write(content);

        _knownHosts
            .Trust(Server(policy: new HostKeyPolicy(HostKeyMode.Pinned, _old.Fingerprint)), _new)
            .ShouldNotBeNull()
            .ShouldContain("hostKey");
        _knownHosts.Trust(Server(), _new).ShouldNotBeNull().ShouldContain("@revoked");

        System.IO.File.ReadAllText(File).ShouldBe(content);
    }

    [Fact]
    public void Judge_GivenAnotherPort_ShouldTreatItAsAnotherServer()
    {
        _knownHosts.Judge(Server(), _old);

        _knownHosts.Judge(Server(port: 2222), _new).Decision.ShouldBe(HostKeyDecision.Stored);
        System.IO.File.ReadAllText(File).ShouldBe(Line("192.0.2.10", _old) + Line("[192.0.2.10]:2222", _new));
    }

    [Theory]
    [InlineData("accept-new")]
    [InlineData("strict")]
    public void Judge_GivenAChangedKey_ShouldRefuseItWithBothFingerprints(string mode)
    {
        Write(Line("192.0.2.10", _old));

        var verdict = _knownHosts.Judge(Server(policy: Policy(mode)), _new);

        verdict.Decision.ShouldBe(HostKeyDecision.Refused);
        verdict.Refusal.ShouldBe(
            $"the host key of nas (192.0.2.10) has changed: known is ssh-ed25519 {_old.Fingerprint}, presented was ssh-ed25519 {_new.Fingerprint}. "
                + "Either the server was reinstalled, or someone is intercepting the connection. If the new key is correct, run: SshMqttBridge trust nas"
        );
        System.IO.File.ReadAllText(File).ShouldBe(Line("192.0.2.10", _old));
    }

    [Fact]
    public void Judge_GivenAKeyOfANewType_ShouldCountAsChanged()
    {
        Write(Line("192.0.2.10", _old));

        _knownHosts.Judge(Server(), HostKeys.Of("ssh-rsa", [1])).Refusal.ShouldNotBeNull().ShouldContain("has changed");
    }

    [Fact]
    public void Judge_GivenOneOfSeveralKnownKeys_ShouldAcceptIt()
    {
        Write(Line("192.0.2.10", _old) + Line("192.0.2.10", _new));

        _knownHosts.Judge(Server(), _new).Decision.ShouldBe(HostKeyDecision.Accepted);
    }

    [Fact]
    public void Judge_GivenStrictAndAnUnknownServer_ShouldRefuseWithTheFingerprint()
    {
        var verdict = _knownHosts.Judge(Server(policy: HostKeyPolicy.Strict), _new);

        verdict.Refusal.ShouldBe(
            "the host key of nas (192.0.2.10) is unknown, and 'hostKey' is strict: "
                + $"presented was ssh-ed25519 {_new.Fingerprint}. If this key is correct, run: SshMqttBridge trust nas"
        );
        System.IO.File.Exists(File).ShouldBeFalse();
    }

    [Fact]
    public void Judge_GivenAPinnedKey_ShouldLookAtNothingElse()
    {
        Write(Line("192.0.2.10", _old));
        var policy = new HostKeyPolicy(HostKeyMode.Pinned, _new.Fingerprint);

        _knownHosts.Judge(Server(policy: policy), _new).Decision.ShouldBe(HostKeyDecision.Accepted);
        _knownHosts
            .Judge(Server(policy: policy), _old)
            .Refusal.ShouldBe(
                $"the host key of nas (192.0.2.10) does not match the pinned fingerprint: pinned is {_new.Fingerprint}, presented was ssh-ed25519 {_old.Fingerprint}. "
                    + "If this key is correct, change 'hostKey'"
            );
    }

    [Fact]
    public void Judge_GivenARevokedKey_ShouldRefuseItAlsoWhereItIsKnown()
    {
        Write($"@revoked * {_old.Type} {Convert.ToBase64String(_old.Blob.Span)}\n" + Line("192.0.2.10", _old));

        _knownHosts.Judge(Server(), _old).Refusal.ShouldNotBeNull().ShouldContain("is revoked");
        _knownHosts.Judge(Server(port: 23), _new).Decision.ShouldBe(HostKeyDecision.Stored);
    }

    [Fact]
    public void Judge_GivenACertificateAuthority_ShouldNotTreatItAsAKey()
    {
        Write("@cert-authority " + Line("192.0.2.10", _old));

        _knownHosts.Judge(Server(policy: HostKeyPolicy.Strict), _old).Refusal.ShouldNotBeNull().ShouldContain("is unknown");
    }

    [Fact]
    public void Judge_GivenALineThatAnotherProgramAdded_ShouldSeeItAtOnce()
    {
        _knownHosts.Judge(Server(policy: HostKeyPolicy.Strict), _old).Decision.ShouldBe(HostKeyDecision.Refused);
        Write(Line("192.0.2.10", _old));

        _knownHosts.Judge(Server(policy: HostKeyPolicy.Strict), _old).Decision.ShouldBe(HostKeyDecision.Accepted);
    }

    [Fact]
    public void Judge_GivenAFileThatCannotBeRead_ShouldRefuseEveryKey()
    {
        Directory.CreateDirectory(File);

        _knownHosts
            .Judge(Server(), _old)
            .Refusal.ShouldBe($"the host key of nas (192.0.2.10) cannot be verified: {File} is a folder, not a file");
        _knownHosts.TypesFor("192.0.2.10", 22).ShouldBeEmpty();
        _knownHosts.Warnings().ShouldHaveSingleItem().ShouldContain("is a folder");
    }

    [Fact]
    public void Judge_GivenAFolderThatCannotBeCreated_ShouldRefuseTheKey()
    {
        var knownHosts = new KnownHosts(KnownHosts.FileIn(_folder.Write("file", "")));

        knownHosts
            .Judge(Server(), _old)
            .Refusal.ShouldNotBeNull()
            .ShouldStartWith("the host key of nas (192.0.2.10) is new and cannot be stored: ");
    }

    [Fact]
    public void Judge_GivenAFileWithOddLines_ShouldKeepThemByteForByte()
    {
        byte[] odd =
        [
            .. "# comment\r\n\n  \nbroken\n@what a b c\na ssh-ed25519 ????\n"u8,
            0xFF,
            0x00,
            .. "\nhost sk-new@example.com AAAA comment with  spaces\nno-line-end"u8,
        ];
        System.IO.File.WriteAllBytes(File, odd);

        _knownHosts.Judge(Server(), _old).Decision.ShouldBe(HostKeyDecision.Stored);

        System.IO.File.ReadAllBytes(File).ShouldBe([.. odd, .. Encoding.ASCII.GetBytes("\n" + Line("192.0.2.10", _old))]);
        _knownHosts
            .Warnings()
            .ShouldBe(((int[])[4, 5, 6, 7, 8, 9]).Select(number => $"{File}: line {number} is invalid and was skipped"));
    }

    [Fact]
    public async Task Judge_GivenManyServersAtOnce_ShouldStoreThemAll()
    {
        await Task.WhenAll(
            Enumerable
                .Range(1, 20)
                .Select(port =>
                    Task.Run(() => _knownHosts.Judge(Server(port: 1000 + port), _old).Decision.ShouldBe(HostKeyDecision.Stored))
                )
        );

        (await System.IO.File.ReadAllLinesAsync(File)).Length.ShouldBe(20);
    }

    [Fact]
    public void TypesFor_GivenAKnownServer_ShouldPutItsTypesFirst()
    {
        Write(Line("192.0.2.10", HostKeys.Of("ssh-rsa", [1])) + Line("192.0.2.10", HostKeys.Of("sk-new@example.com", [1])));

        _knownHosts
            .TypesFor("192.0.2.10", 22)
            .ShouldBe(["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256"]);
        _knownHosts.TypesFor("192.0.2.10", 23).ShouldBeEmpty();
    }

    [Fact]
    public void Replace_GivenANewKey_ShouldForgetTheOldOnesAndNothingElse()
    {
        var rsa = HostKeys.Of("ssh-rsa", [1]);
        var keep =
            "# comment\n"
            + Line("192.0.2.11", _old)
            + "@revoked "
            + Line("192.0.2.10", rsa)
            + Line("192.0.2.*", rsa)
            + Line("[192.0.2.10]:2222", _old);
        Write(keep + Line("192.0.2.10", _old) + Line("192.0.2.10", rsa) + Line("nas,192.0.2.10,router", _old));

        _knownHosts.Replace("192.0.2.10", 22, _new);

        System.IO.File.ReadAllText(File).ShouldBe(keep + Line("nas,router", _old) + Line("192.0.2.10", _new));
        _knownHosts.Judge(Server(), _new).Decision.ShouldBe(HostKeyDecision.Accepted);
    }

    [Fact]
    public void Replace_GivenNoFile_ShouldMakeIt()
    {
        var knownHosts = new KnownHosts(KnownHosts.FileIn(_folder["state"])) { CreatesFolder = true };

        knownHosts.Replace("NAS", 22, _new);

        System.IO.File.ReadAllText(_folder["state/known_hosts"]).ShouldBe(Line("nas", _new));
    }

    [Fact]
    public void Judge_GivenAnyBytes_ShouldNeverThrowAndKeepThem() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                System.IO.File.WriteAllBytes(File, bytes);
                _ = _knownHosts.Warnings();
                _knownHosts.Judge(Server(), _old);
                return System.IO.File.ReadAllBytes(File).AsSpan().StartsWith(bytes);
            })
            .QuickCheckThrowOnFailure();

    private static HostKeyPolicy Policy(string mode) => mode == "strict" ? HostKeyPolicy.Strict : HostKeyPolicy.AcceptNew;

    private static string Line(string hosts, HostKey key) => $"{hosts} {key.Type} {Convert.ToBase64String(key.Blob.Span)}\n";

    private void Write(string content) => System.IO.File.WriteAllText(File, content);

    private ServerOptions Server(int port = 22, HostKeyPolicy? policy = null) =>
        new()
        {
            Id = "nas",
            Host = "192.0.2.10",
            Port = port,
            User = "admin",
            KeyDirectory = _folder.Path,
            HostKey = policy ?? HostKeyPolicy.AcceptNew,
        };
}

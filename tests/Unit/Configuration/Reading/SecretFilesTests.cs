using System.Diagnostics;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>Rows 39 and 41 of the faults: files with secrets.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private const UnixFileMode Exposed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const string Key = "-----BEGIN OPENSSH PRIVATE KEY-----\n";

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData("secret\n\n", "secret\n")]
    [InlineData(" pass word ", " pass word ")]
    public void Load_GivenAPasswordFile_ShouldStripOneLineEnd(string content, string secret)
    {
        _folder.Write("password", content);

        Server("passwordFile: password").Password.ShouldBe(new Secret(secret));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "is empty")]
    [InlineData("a\0b", "contains a NUL byte")]
    public void Load_GivenAFileWithoutASecret_ShouldReportIt(string content, string message)
    {
        var file = _folder.Write("password", content);

        _folder.LoadFault(Yaml("passwordFile: password")).Message.ShouldBe($"{file} {message}");
    }

    [Fact]
    public void Load_GivenAHugeSecretFile_ShouldRefuseIt()
    {
        var file = _folder.Write("password", new string('x', 64 * 1024 + 1));

        _folder.LoadFault(Yaml("passwordFile: password")).Message.ShouldBe($"{file} exceeds the 64 KiB limit");
    }

    [Theory]
    [InlineData("passwordFile: /dev/zero", "exceeds the 64 KiB limit")]
    [InlineData("passwordFile: fifo", "is not a regular file")]
    [InlineData("privateKeyFile: fifo", "is not a regular file")]
    [InlineData("privateKeyFile: /dev/zero", "is not a private key")]
    public void Load_GivenAFifoOrADevice_ShouldNotWaitForIt(string line, string message)
    {
        using var mkfifo = Process.Start("mkfifo", [_folder.Name("fifo")]);
        mkfifo.WaitForExit();

        _folder.LoadFault(Yaml(line)).Message.ShouldContain(message);
    }

    [Fact]
    public void Load_GivenTwoPlacesForOneSecret_ShouldNotGuess()
    {
        _folder.Write("password", "hunter2");

        var loaded = _folder.Load(
            Yaml("password: hunter2\n    passwordFile: password\n    passphrase: hunter2\n    passphraseFile: password")
        );

        loaded
            .Faults.Select(fault => $"{fault.Path}: {fault.Message}")
            .ShouldBe([
                "servers.nas.passwordFile: is set together with 'password'; keep one of them",
                "servers.nas.passphraseFile: is set together with 'passphrase'; keep one of them",
            ]);
    }

    [Fact]
    public void Load_GivenAnotherPlaceThanTheDefaultsHave_ShouldUseTheServersOwn()
    {
        var server = _folder
            .LoadGood(
                """
                defaults: {user: root, passwordFile: password}
                servers:
                  a: {host: a, password: own}
                """.Replace(
                    "passwordFile: password",
                    "passwordFile: " + _folder.Write("password", "default"),
                    StringComparison.Ordinal
                )
            )
            .Servers.ShouldHaveSingleItem();

        server.Password.ShouldBe(new Secret("own"));
    }

    [Fact]
    public void Load_GivenRelativeAndHomeNames_ShouldMakeThemAbsolute()
    {
        Directory.CreateDirectory(_folder.Name("home"));
        var key = _folder.Write("home/id", Key);
        _folder.Environment["HOME"] = _folder.Name("home");

        Server("privateKeyFile: ~/id").PrivateKeyFile.ShouldBe(key);
        Server("privateKeyFile: ./home/../home/id").PrivateKeyFile.ShouldBe(key);
    }

    [Fact]
    public void Load_GivenFilesThatOthersMayRead_ShouldWarnOfEach()
    {
        _folder.Write("password", "secret", Exposed);
        _folder.Write("id", Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        _folder.Write("id2", Key, Exposed);
        var yaml = """
            servers:
              a: {host: a, user: a, passwordFile: password, privateKeyFile: id}
              b: {host: b, user: b, passwordFile: password}
              c: {host: c, user: c, password: id2}
            """;

        var loaded = _folder.Load(yaml);

        loaded.Faults.ShouldBeEmpty();
        loaded.Warnings.ShouldBe(
            ((string[])["password", "id", "id2"])
                .Select(_folder.Name)
                .Select(file => $"{file} contains a secret and is readable by other users: chmod 600 {file}")
        );
    }

    [Theory]
    [InlineData("password: secret", true)]
    [InlineData("passphrase: secret", true)]
    [InlineData("password: id", false)]
    [InlineData("port: 22", false)]
    public void Load_GivenAConfigurationThatOthersMayRead_ShouldWarnIfItHoldsASecret(string line, bool warns)
    {
        _folder.Write("id", Key);
        _folder.Write("bridge.yaml", Yaml(line), Exposed);

        var loaded = ConfigurationLoader.Load(_folder.File, _folder.Environment);

        loaded.Faults.ShouldBeEmpty();
        loaded.Warnings.Count.ShouldBe(warns ? 1 : 0);
    }

    [Theory]
    [InlineData("root:1", Exposed, false)]
    [InlineData("root:1", Exposed | UnixFileMode.OtherRead, true)]
    [InlineData("1:1", Exposed, true)]
    public void Load_GivenAFileThatRootGaveToAGroup_ShouldNotWarnOfTheGroup(string owner, UnixFileMode mode, bool warns)
    {
        // Only root can give files away; the test of the packages does the same.
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var file = _folder.Write("bridge.yaml", Yaml("password: secret"), mode);
        using (var chown = System.Diagnostics.Process.Start("chown", [owner, file]))
        {
            chown.WaitForExit();
            chown.ExitCode.ShouldBe(0);
        }

        ConfigurationLoader.Load(file, _folder.Environment).Warnings.Count.ShouldBe(warns ? 1 : 0);
    }

    [Fact]
    public void Load_GivenASecretInTheEnvironment_ShouldNotWarnOfTheFile()
    {
        _folder.Environment["SSHMQTT__SERVERS__NAS__PASSWORD"] = "secret";
        _folder.Write("bridge.yaml", Yaml("password: secret"), Exposed);

        ConfigurationLoader.Load(_folder.File, _folder.Environment).Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("password: [hunter2hunter2]")]
    [InlineData("password: {hunter2hunter2: hunter2hunter2}")]
    [InlineData("password: *hunter2hunter2")]
    [InlineData("password: !hunter2hunter2")]
    [InlineData("password: !hunter2!hunter2hunter2 x")]
    [InlineData("password: @hunter2hunter2")]
    [InlineData("password: `hunter2hunter2`")]
    [InlineData("password: %hunter2hunter2")]
    [InlineData("password: 'hunter2hunter2")]
    [InlineData("password: \"hunter2\\qhunter2\"")]
    [InlineData("password: &hunter2hunter2")]
    [InlineData("password: hunter2hunter2: x")]
    [InlineData("password: \"hunter2hunter2\\0\"")]
    [InlineData("password: |hunter2hunter2")]
    [InlineData("password hunter2hunter2")]
    public void Load_GivenASecretThatBreaksTheFile_ShouldNotRepeatIt(string line)
    {
        var loaded = _folder.Load(Yaml(line));

        loaded.Faults.ShouldNotBeEmpty();
        loaded.Faults.ShouldAllBe(fault => !fault.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_GivenNoFile_ShouldSuggestAFix()
    {
        var loaded = ConfigurationLoader.Load(_folder.Name("missing.yaml"), _folder.Environment);

        var fault = loaded.Faults.ShouldHaveSingleItem();
        fault.Path.ShouldBe(_folder.Name("missing.yaml"));
        fault.Message.ShouldBe(
            "the configuration file does not exist. Copy config/bridge.yaml, which explains every key, or specify another file with --config FILE"
        );
    }

    [Fact]
    public void Load_GivenAFolder_ShouldReportIt() =>
        ConfigurationLoader
            .Load(_folder.Path, _folder.Environment)
            .Faults.ShouldHaveSingleItem()
            .Message.ShouldStartWith("the configuration file is a folder, not a file.");

    private static string Yaml(string line) => $"{ConfigurationFolder.Minimal}    {line}\n";

    private ServerOptions Server(string line) => _folder.LoadGood(Yaml(line)).Servers.ShouldHaveSingleItem();
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

public sealed class WebConsoleReaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GivenNothing_ShouldNotBeEnabled()
    {
        var console = _folder.LoadGood(ConfigurationFolder.Minimal).WebConsole;

        (console.Enabled, console.Url.Authority, console.TokenFile).ShouldBe((false, "127.0.0.1:8080", null));
        (console.Files, console.MaxUploadBytes).ShouldBe((BrowserFiles.Automatic, 1L << 30));
    }

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:8080")]
    [InlineData("http://127.0.0.2")]
    public void Load_GivenALoopbackAddress_ShouldNeedNothingElse(string url) =>
        Good($"enabled: true, url: '{url}'").Url.ShouldBe(new Uri(url));

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.0.2.3:8080")]
    public void Load_GivenAnotherAddressWithoutTls_ShouldRequireTheSettingForIt(string url)
    {
        var fault = Fault($"enabled: true, url: '{url}'");

        fault.Path.ShouldBe("webConsole.url");
        fault.Message.ShouldContain("allowPlainHttp: true");
        Good($"enabled: true, url: '{url}', allowPlainHttp: true").AllowPlainHttp.ShouldBeTrue();
    }

    [Fact]
    public void Load_GivenHttps_ShouldNeedACertificateAndItsKey()
    {
        var (certificate, key) = Certificate();

        Fault("enabled: true, url: 'https://0.0.0.0'").Path.ShouldBe("webConsole.certificateFile");
        Fault($"enabled: true, url: 'https://0.0.0.0', certificateFile: {certificate}").Path.ShouldBe("webConsole.keyFile");
        Fault($"enabled: true, url: 'https://0.0.0.0', keyFile: {key}").Path.ShouldBe("webConsole.certificateFile");
        Fault($"enabled: true, certificateFile: {certificate}, keyFile: {key}").Path.ShouldBe("webConsole.url");
        Good($"enabled: true, url: 'https://0.0.0.0', certificateFile: {certificate}, keyFile: {key}")
            .CertificateFile.ShouldBe(_folder.Name(certificate));
    }

    [Fact]
    public void Load_GivenAnInvalidCertificate_ShouldReportIt()
    {
        var (certificate, _) = Certificate();
        _folder.Write("other.key", ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem());
        _folder.Write("none.pem", "nothing");

        foreach (var (file, key) in ((string, string)[])[(certificate, "other.key"), ("none.pem", "other.key")])
        {
            var fault = Fault($"enabled: true, url: 'https://127.0.0.1', certificateFile: {file}, keyFile: {key}");
            fault.Path.ShouldBe("webConsole.certificateFile");
            fault.Message.ShouldContain("PEM");
        }
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user@127.0.0.1")]
    [InlineData("http://127.0.0.1/console")]
    [InlineData("http://127.0.0.1:70000")]
    [InlineData("http://console.example.org")]
    [InlineData("http://localhost:0")]
    [InlineData("unix:/run/console")]
    public void Load_GivenAnInvalidUrl_ShouldNameAValidOne(string url)
    {
        var fault = Fault($"url: '{url}'");

        fault.Path.ShouldBe("webConsole.url");
        fault.Message.ShouldStartWith("must ");
    }

    [Theory]
    [InlineData("http://x")]
    [InlineData("a b")]
    [InlineData("x:80")]
    [InlineData("192.0.2.1")]
    public void Load_GivenAnInvalidHostName_ShouldNameAValidOne(string name) =>
        Fault($"hostNames: ['{name}']").Message.ShouldStartWith("must be a host name, for example");

    [Fact]
    public void Load_GivenATokenFile_ShouldLookIntoIt()
    {
        _folder.Write("short", "0123456789abcde\n");
        _folder.Write("good", "0123456789abcdef\n");
        _folder.Write("shared", "0123456789abcdef\n", UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Fault("enabled: true, tokenFile: missing").Message.ShouldContain("does not exist");
        Fault("enabled: true, tokenFile: short").Message.ShouldContain("at least 16 characters");
        Good("enabled: true, tokenFile: good").TokenFile.ShouldBe(_folder.Name("good"));
        Good("tokenFile: missing").TokenFile.ShouldBe(_folder.Name("missing"));
        _folder
            .Load(Yaml("enabled: true, tokenFile: shared"))
            .Warnings.ShouldHaveSingleItem()
            .ShouldContain("is readable by other users");
    }

    [Fact]
    public void Load_GivenTheEnvironment_ShouldUseIt()
    {
        _folder.Environment["SSHMQTT__WEBCONSOLE__ENABLED"] = "true";
        _folder.Environment["SSHMQTT__WEBCONSOLE__HOSTNAMES"] = "a.example, b.example";

        var console = _folder.LoadGood(ConfigurationFolder.Minimal).WebConsole;

        console.Enabled.ShouldBeTrue();
        console.HostNames.ShouldBe(["a.example", "b.example"]);
    }

    private WebConsoleOptions Good(string settings) => _folder.LoadGood(Yaml(settings)).WebConsole;

    private ConfigurationFault Fault(string settings) => _folder.LoadFault(Yaml(settings));

    private static string Yaml(string settings) => $"webConsole: {{{settings}}}\n{ConfigurationFolder.Minimal}";

    private (string Certificate, string Key) Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        _folder.Write("console.pem", certificate.ExportCertificatePem());
        _folder.Write("console.key", key.ExportPkcs8PrivateKeyPem());
        return ("console.pem", "console.key");
    }
}

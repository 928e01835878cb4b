using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class PrivateKeyLoaderTests : IDisposable
{
    private const string Passphrase = "canary-passphrase";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "content")]
    [InlineData(1, "content\0")]
    public void ReadFile_GivenAFile_ShouldReturnItsContentAndTheTrailingZeros(int trailingZeros, string expected) =>
        PrivateKeyLoader.ReadFile(_folder.Write("id", "content"), trailingZeros).ShouldBe(Encoding.UTF8.GetBytes(expected));

    [Theory]
    [InlineData("id")]
    [InlineData("no/such/folder/id")]
    public void ReadFile_GivenAMissingFile_ShouldThrow(string name) =>
        Failure(() => PrivateKeyLoader.ReadFile(_folder[name])).ShouldBe($"the key {_folder[name]} is missing");

    [Fact]
    public void ReadFile_GivenAFolder_ShouldThrow() =>
        Failure(() => PrivateKeyLoader.ReadFile(_folder.Path)).ShouldStartWith($"the key {_folder.Path} cannot be read: ");

    [Fact]
    public void ReadFile_GivenMoreThanAMebibyte_ShouldThrow()
    {
        var largest = _folder.Write("largest", new string('x', 1024 * 1024));
        var tooLarge = _folder.Write("tooLarge", new string('x', (1024 * 1024) + 1));

        PrivateKeyLoader.ReadFile(largest).Length.ShouldBe(1024 * 1024);
        Failure(() => PrivateKeyLoader.ReadFile(tooLarge)).ShouldBe($"the file {tooLarge} is too large to be a private key");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public void Open_GivenAKeyThatIsNotEncrypted_ShouldNotUseThePassphrase(string? passphrase) =>
        Open(passphrase, Parse(isEncrypted: false)).ShouldBe("key");

    [Fact]
    public void Open_GivenTheCorrectPassphrase_ShouldDecryptTheKey() =>
        Open(Passphrase, Parse(isEncrypted: true)).ShouldBe("key");

    [Fact]
    public void Open_GivenNoPassphrase_ShouldReportThatTheKeyNeedsOne() =>
        Failure(() => Open(passphrase: null, Parse(isEncrypted: true)))
            .ShouldBe("the key /keys/id is encrypted and needs a passphrase");

    [Fact]
    public void Open_GivenAWrongPassphrase_ShouldNameTheFileAndNotThePassphrase() =>
        Failure(() => Open("canary-wrong", Parse(isEncrypted: true))).ShouldBe("the passphrase does not open the key /keys/id");

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public void Open_GivenAnotherFile_ShouldNameTheSupportedFormats(string? passphrase) =>
        Failure(() => Open(passphrase, ParseNothing)).ShouldBe("the file /keys/id is not a private key in PEM or OpenSSH format");

    private static string Open(string? passphrase, PrivateKeyLoader.Parser<string> parse)
    {
        var key = new SshPrivateKey("/keys/id", passphrase is null ? null : new Secret(passphrase), CertificateFile: null);
        return PrivateKeyLoader.Open(key, "PEM or OpenSSH", parse);
    }

    /// <summary>A library that decrypts with <see cref="Passphrase"/>, if the key is encrypted.</summary>
    private static PrivateKeyLoader.Parser<string> Parse(bool isEncrypted) =>
        (Secret? passphrase, out bool needsPassphrase) =>
        {
            needsPassphrase = isEncrypted && passphrase is null;
            return !isEncrypted || passphrase?.Reveal() == Passphrase ? "key" : null;
        };

    private static string? ParseNothing(Secret? passphrase, out bool needsPassphrase)
    {
        needsPassphrase = false;
        return null;
    }

    private static string Failure(Func<object> action)
    {
        var exception = Should.Throw<SshConnectionException>(() => action());
        exception.Fault.ShouldBe(SshFault.Authentication);
        return exception.Message;
    }
}

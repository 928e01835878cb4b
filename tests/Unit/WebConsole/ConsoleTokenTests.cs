using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class ConsoleTokenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["web-console-token"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadOrGenerate_GivenNoFile_ShouldCreateOneForTheOwnerOnly()
    {
        var token = ConsoleToken.ReadOrGenerate(File);

        var text = System.IO.File.ReadAllText(File).Trim();
        // Of 32 letters and digits each.
        (text.Length * Math.Log2(32)).ShouldBeGreaterThanOrEqualTo(128);
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        token.Is(text).ShouldBeTrue();
    }

    [Fact]
    public void ReadOrGenerate_GivenAFile_ShouldReadIt()
    {
        ConsoleToken.ReadOrGenerate(File);
        var text = System.IO.File.ReadAllText(File);

        var again = ConsoleToken.ReadOrGenerate(File);

        System.IO.File.ReadAllText(File).ShouldBe(text);
        again.Is(text).ShouldBeTrue();
    }

    [Fact]
    public void ReadOrGenerate_GivenThePartialFileOfAKilledBridge_ShouldCreateANewOne()
    {
        System.IO.File.WriteAllText(File + ".new", "abc");

        ConsoleToken.ReadOrGenerate(File);

        System.IO.File.Exists(File + ".new").ShouldBeFalse();
        System.IO.File.ReadAllText(File).Trim().Length.ShouldBe(32);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short\n")]
    public void Read_GivenATokenThatIsTooShort_ShouldSuggestAFix(string text)
    {
        System.IO.File.WriteAllText(File, text);

        Should.Throw<ConsoleException>(() => ConsoleToken.ReadOrGenerate(File)).Message.ShouldContain("delete it");
    }

    [Fact]
    public void ReadOrGenerate_GivenAMissingFolder_ShouldReportIt() =>
        Should
            .Throw<ConsoleException>(() => ConsoleToken.ReadOrGenerate(Path.Combine(_folder.Path, "missing", "token")))
            .Message.ShouldContain("cannot be written");

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcdef\0")]
    public void Is_GivenAnotherText_ShouldBeFalse(string text) => new ConsoleToken("0123456789abcdef").Is(text).ShouldBeFalse();

    [Fact]
    public void Is_GivenTheTokenWithSpaceAroundIt_ShouldBeTrue() =>
        new ConsoleToken("0123456789abcdef\n").Is(" 0123456789abcdef ").ShouldBeTrue();

    [Fact]
    public void KeyFor_GivenTwoPurposes_ShouldMakeTwoKeysThatDoNotShowTheToken()
    {
        var token = new ConsoleToken("0123456789abcdef");

        token.KeyFor("a").ShouldNotBe(token.KeyFor("b"));
        token.KeyFor("a").ShouldBe(new ConsoleToken("0123456789abcdef").KeyFor("a"));
        token.ToString().ShouldBe("***");
    }
}

using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class RefusedLoginTests
{
    [Fact]
    public void Explain_GivenRefusedCredentials_ShouldNameThemAndTheAcceptedMethods()
    {
        var exception = RefusedLogin.Explain("nas:22", "admin", ["the key /k", "the password"], ["publickey", "hostbased"]);

        exception.Fault.ShouldBe(SshFault.Authentication);
        exception.Message.ShouldBe(
            "nas:22 refused the user admin: tried the key /k, the password; the server accepts publickey, hostbased"
        );
    }

    [Fact]
    public void Explain_GivenNothingToTry_ShouldSayThatNoCredentialsAreConfigured() =>
        RefusedLogin
            .Explain("nas:22", "admin", [], [])
            .Message.ShouldBe("nas:22 refused the user admin: no credentials configured; the server accepts no supported method");

    [Fact]
    public void Explain_GivenMethodsWithControlCharacters_ShouldEscapeAndTruncateThem()
    {
        var message = RefusedLogin.Explain("nas:22", "admin", [], ["\e[2J", new string('x', 1000)]).Message;

        message.ShouldContain("the server accepts \\x1b[2J, xxx");
        message.ShouldEndWith("x…");
        message.Length.ShouldBeLessThan(400);
    }
}

using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class PasswordPromptTests
{
    [Theory]
    [InlineData("Password:")]
    [InlineData("admin@nas's password:")]
    [InlineData("Passwort:")]
    [InlineData("Passphrase for the newt:")]
    [InlineData("")]
    public void Validate_GivenAHiddenPrompt_ShouldAcceptIt(string prompt) =>
        PasswordPrompt.Validate(prompt, isEchoed: false).ShouldBeNull();

    [Theory]
    [InlineData("Password:")]
    [InlineData("One-time code:")]
    public void Validate_GivenAnEchoedPrompt_ShouldRefuseToAnswer(string prompt) =>
        PasswordPrompt
            .Validate(prompt, isEchoed: true)
            .ShouldBe($"the prompt '{prompt}' does not hide its input, so it does not ask for the password");

    [Theory]
    [InlineData("New password:")]
    [InlineData("Enter new UNIX password:")]
    [InlineData("Retype new password:")]
    [InlineData("Re-enter it:")]
    [InlineData("Current password:")]
    [InlineData("(current) UNIX password:")]
    public void Validate_GivenAPromptToChangeThePassword_ShouldReportThatItHasExpired(string prompt) =>
        PasswordPrompt.Validate(prompt, isEchoed: false).ShouldBe($"{PasswordPrompt.Expired} ('{prompt}')");

    [Fact]
    public void Validate_GivenAPromptWithControlCharacters_ShouldEscapeThem() =>
        PasswordPrompt.Validate("\e[2JCode:", isEchoed: true).ShouldNotBeNull().ShouldStartWith("the prompt '\\x1b[2JCode:' ");

    [Fact]
    public void Failed_GivenAReason_ShouldBeAFailureOfAuthentication()
    {
        var exception = PasswordPrompt.Failed("nas:22", PasswordPrompt.TooMany);

        exception.Fault.ShouldBe(SshFault.Authentication);
        exception.Message.ShouldBe("nas:22, keyboard-interactive: the server sends too many prompts");
    }
}

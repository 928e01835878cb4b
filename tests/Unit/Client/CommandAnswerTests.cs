using System.Text;
using SshMqttBridge.Client;

namespace SshMqttBridge.Tests.Unit.Client;

public sealed class CommandAnswerTests
{
    [Theory]
    [InlineData("""{"operation":"exec","status":"succeeded","exit":0}""", 0, null)]
    [InlineData("""{"operation":"exec","status":"failed","exit":3}""", 3, null)]
    [InlineData("""{"operation":"exec","status":"failed","exit":4294967295}""", 255, null)]
    [InlineData("""{"operation":"exec","status":"failed","exit":null,"signal":"KILL"}""", 137, "failed")]
    [InlineData("""{"operation":"exec","status":"failed","exit":null,"signal":"NEW@os"}""", 128, "failed")]
    [InlineData("""{"operation":"exec","status":"failed","exit":null,"reason":"remote"}""", 255, "failed: remote")]
    [InlineData("""{"operation":"exec","status":"succeeded","exit":null}""", 0, null)]
    [InlineData("""{"operation":"exec","status":"timedOut","message":"after 1 s"}""", 124, "timedOut: after 1 s")]
    [InlineData("""{"operation":"exec","status":"cancelled"}""", 130, "cancelled")]
    [InlineData("""{"operation":"exec","status":"rejected","reason":"invalid","message":"No."}""", 125, "rejected: invalid: No.")]
    [InlineData("""{"operation":"exec","status":"expired"}""", 125, "expired")]
    [InlineData("""{"operation":"exec","status":"lost"}""", 255, "lost")]
    [InlineData("""{"operation":"exec","status":"new"}""", 255, "new")]
    [InlineData("""{"operation":"get","status":"succeeded","exit":null}""", 0, null)]
    [InlineData("""{"operation":"put","status":"failed","reason":"local"}""", 1, "failed: local")]
    [InlineData("""{"operation":"put","status":"lost"}""", 255, "lost")]
    [InlineData("""{}""", 255, "")]
    public void TryRead_GivenAResult_ShouldHaveItsExitStatusAndExplanation(string json, int status, string? explanation)
    {
        var answer = CommandAnswer.TryRead(Encoding.UTF8.GetBytes(json)).ShouldNotBeNull();

        (answer.ExitStatus, answer.Explanation).ShouldBe((status, explanation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("[]")]
    public void TryRead_GivenSomethingElse_ShouldReturnNull(string payload) =>
        CommandAnswer.TryRead(Encoding.UTF8.GetBytes(payload)).ShouldBeNull();
}

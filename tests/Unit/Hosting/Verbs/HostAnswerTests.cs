using SshMqttBridge.Hosting.Verbs;

namespace SshMqttBridge.Tests.Unit.Hosting.Verbs;

public sealed class HostAnswerTests
{
    [Theory]
    [InlineData("nas", null, "nas", null)]
    [InlineData("admin@nas.lan:2222", "admin", "nas.lan", 2222)]
    [InlineData("DOMAIN\\user@192.0.2.1", "DOMAIN\\user", "192.0.2.1", null)]
    [InlineData("2001:db8::1", null, "2001:db8::1", null)]
    [InlineData("root@[2001:db8::1]:22", "root", "2001:db8::1", 22)]
    [InlineData("user@example.org@host", "user@example.org", "host", null)]
    public void TryParse_GivenAHost_ShouldTakeItApart(string text, string? user, string host, int? port)
    {
        HostAnswer.TryParse(text, out var answer).ShouldBeTrue();

        answer.ShouldBe(new HostAnswer(user, host, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@nas")]
    [InlineData("admin@")]
    [InlineData("nas:0")]
    [InlineData("nas:65536")]
    [InlineData("nas:ssh")]
    [InlineData("[::1")]
    [InlineData("a b")]
    [InlineData("mqtt://nas")]
    public void TryParse_GivenSomethingElse_ShouldRefuseIt(string text) => HostAnswer.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void ToYaml_GivenOddAnswers_ShouldQuoteThem()
    {
        FirstAnswers answers = new(new HostAnswer("a\"b", "broker", 1884), new HostAnswer("D\\u", "nas", null), "nas", "~/k: #1");

        answers
            .ToYaml()
            .ShouldEndWith(
                """
                mqtt:
                  host: "broker"
                  port: 1884
                  username: "a\"b"
                  passwordFile: "mqtt-password"
                servers:
                  nas:
                    host: "nas"
                    user: "D\\u"
                    privateKeyFile: "~/k: #1"

                """
            );
    }
}

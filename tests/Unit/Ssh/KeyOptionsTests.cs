using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class KeyOptionsTests
{
    [Theory]
    [InlineData("/home/me/.ssh/authorized_keys:1: key options: command", true)]
    [InlineData("/home/me/.ssh/authorized_keys:1: key options: agent-forwarding command port-forwarding pty", true)]
    [InlineData("cert: key options: command user-rc", true)]
    [InlineData("Forced command.", true)]
    [InlineData("/home/command /authorized_keys:1: key options: agent-forwarding pty user-rc", false)]
    [InlineData("key options:", false)]
    [InlineData("", false)]
    public void HasForcedCommand_GivenAMessageOfSshd_ShouldFindTheOption(string message, bool expected) =>
        KeyOptions.HasForcedCommand(message).ShouldBe(expected);
}

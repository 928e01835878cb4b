using SshMqttBridge.Common;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Common;

/// <summary>Text of a peer must not control the terminal that shows it.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("\u001b[2J", "\\x1b[2J")]
    [InlineData("\u009b2J", "\\x9b2J")]
    [InlineData("a\u0007", "a\\x07")]
    [InlineData("a\u007f", "a\\x7f")]
    [InlineData("\u202egnp.exe", "\\x202egnp.exe")]
    [InlineData("a\u2066b\u200bc", "a\\x2066b\\x200bc")]
    [InlineData("a\u2028b\u2029c", "a\\x2028b\\x2029c")]
    [InlineData("a\r\nb\tc", "a  b c")]
    [InlineData("Grüße, 世界 😀", "Grüße, 世界 😀")]
    public void Text_GivenText_ShouldBeOneLineWithoutControls(string text, string expected) =>
        Printable.Text(text).ShouldBe(expected);

    [Fact]
    public void Message_GivenTextOfAPeer_ShouldBePrintableInEveryException()
    {
        const string raw = "the server said: \u001b[31mred\u202e";
        const string printable = "the server said: \\x1b[31mred\\x202e";
        Exception[] exceptions =
        [
            new SshConnectionException(SshFault.Lost, raw),
            new SshChannelException(raw),
            new MqttConnectionException(MqttFault.Lost, raw),
            new MqttRefusedException(135, raw),
            new TransferException("remote", raw),
        ];

        exceptions.Select(exception => exception.Message).ShouldAllBe(message => message == printable);
    }
}

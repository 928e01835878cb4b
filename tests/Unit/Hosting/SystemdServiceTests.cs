using SshMqttBridge.Hosting;

namespace SshMqttBridge.Tests.Unit.Hosting;

public sealed class SystemdServiceTests
{
    [Theory]
    [InlineData("60000000", 30.0)]
    [InlineData("1", 0.0000005)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void WatchdogInterval_GivenTheVariable_ShouldBeHalfOfIt(string? variable, double? seconds) =>
        SystemdService
            .WatchdogInterval(variable)
            .ShouldBe(seconds is { } number ? TimeSpan.FromMicroseconds(number * 1_000_000) : null);
}

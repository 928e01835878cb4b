using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration;

public sealed class FreePortTests
{
    [Fact]
    public void Find_GivenManyCallsAtOnce_ShouldNeverReturnAPortTwice()
    {
        var ports = Enumerable.Range(0, 2_000).AsParallel().Select(_ => FreePort.Find()).ToList();

        ports.ShouldBeUnique();
    }
}

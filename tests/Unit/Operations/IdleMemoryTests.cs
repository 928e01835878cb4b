using SshMqttBridge.Operations;

namespace SshMqttBridge.Tests.Unit.Operations;

public sealed class IdleMemoryTests
{
    private const long MiB = 1 << 20;

    private readonly IdleMemory _memory = new(TimeProvider.System);

    [Fact]
    public void IsTime_GivenTheStartIsOver_ShouldBeTrueOnce()
    {
        _memory.IsTime(30 * MiB).ShouldBeFalse();
        _memory.IsTime(60 * MiB).ShouldBeFalse();
        _memory.IsTime(61 * MiB).ShouldBeTrue();
        _memory.IsTime(62 * MiB).ShouldBeFalse();
    }

    [Fact]
    public void IsTime_GivenManyAllocationsSince_ShouldBeTrueWhenIdle()
    {
        _memory.IsTime(1 * MiB).ShouldBeTrue();
        _memory.IsTime(100 * MiB).ShouldBeFalse();
        _memory.IsTime(101 * MiB).ShouldBeTrue();
    }

    [Fact]
    public void IsTime_GivenALittleNowAndThen_ShouldBeTrueSeldom() =>
        Enumerable.Range(0, 641).Count(i => _memory.IsTime(i * MiB / 10)).ShouldBe(2);
}

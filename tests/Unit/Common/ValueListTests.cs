using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Common;

public sealed class ValueListTests
{
    [Fact]
    public void Equals_GivenTheSameElements_ShouldBeTrue()
    {
        ValueList<string> one = ["a", "b"];
        ValueList<string> two = ["a", "b"];

        one.ShouldBe(two);
        one.GetHashCode().ShouldBe(two.GetHashCode());
        ((object)one).Equals(two).ShouldBeTrue();
    }

    [Fact]
    public void Equals_GivenAnotherOrderOrLength_ShouldBeFalse()
    {
        ValueList<string> one = ["a", "b"];

        one.Equals((ValueList<string>)["b", "a"]).ShouldBeFalse();
        one.Equals((ValueList<string>)["a"]).ShouldBeFalse();
        one.Equals(null).ShouldBeFalse();
    }
}

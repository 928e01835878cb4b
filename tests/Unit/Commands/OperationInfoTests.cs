using System.Text.Json;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Tests.Unit.Commands;

public sealed class OperationInfoTests
{
    [Fact]
    public void All_ShouldHaveAnEntryForEachOperation()
    {
        OperationInfo.All.Select(info => info.Operation).ShouldBe(Enum.GetValues<Operation>());
        Enum.GetValues<Operation>().ShouldAllBe(operation => OperationInfo.Of(operation).Operation == operation);
    }

    [Fact]
    public void Name_ShouldBeTheOneInJson() =>
        OperationInfo.All.ShouldAllBe(info => $"\"{info.Name}\"" == JsonSerializer.Serialize(info.Operation));

    [Fact]
    public void Topics_ShouldBeInTheOrderOfMessages() =>
        OperationInfo.Topics.ShouldBe(["exec", "run", "get", "put", "connection", "user", "password", "cancel"]);

    [Fact]
    public void OfTopic_GivenAListedTopic_ShouldFindItsOperation() =>
        OperationInfo
            .Topics.Select(topic => OperationInfo.OfTopic(topic)?.Name)
            .ShouldBe(["exec", "exec", "get", "put", "connection", "user", "password", "cancel"]);

    [Theory]
    [InlineData("")]
    [InlineData("Exec")]
    [InlineData("out")]
    [InlineData("0")]
    public void OfTopic_GivenAnotherTopic_ShouldBeNull(string topic) => OperationInfo.OfTopic(topic).ShouldBeNull();

    [Fact]
    public void Datapoints_ShouldBeExecGetAndPut()
    {
        string[] expected = ["exec", "get", "put"];

        OperationInfo.All.Where(info => info.IsDatapoint).Select(info => info.Name).ShouldBe(expected);
        OperationInfo.All.Where(info => info.UsesChannel).Select(info => info.Name).ShouldBe(expected);
        OperationInfo.All.Where(info => info.JsonKey is not null).Select(info => info.Name).ShouldBe(expected);
    }

    [Fact]
    public void TakesArgument_ShouldBeTrueOnlyForExec() =>
        OperationInfo.All.Where(info => info.TakesArgument).Select(info => info.Name).ShouldBe(["exec"]);
}

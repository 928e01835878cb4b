using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Tests.Unit.Commands;

public sealed class CommandResultTests
{
    private static readonly CommandResult Example = new()
    {
        Id = "7f3",
        Server = "nas",
        Operation = Operation.Exec,
        Command = "uptime",
        Status = CommandStatus.Succeeded,
        Exit = 0,
        Out = "line 1\nline 2\n",
        OutBytes = 14,
        ReceivedAt = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(2)),
        QueuedMs = 3,
        DurationMs = 12,
    };

    [Fact]
    public void ToJson_GivenTheExampleOfTheSpecification_ShouldBeExactlyThat() =>
        Encoding
            .UTF8.GetString(Example.ToJson())
            .ShouldBe(
                """
                {"id":"7f3","server":"nas","operation":"exec","command":"uptime","status":"succeeded","exit":0,"signal":null,"reason":null,"message":null,"stopped":null,
                "out":"line 1\nline 2\n","err":"","outBytes":14,"errBytes":0,"truncated":false,"bytes":null,
                "receivedAt":"2026-11-22T10:00:00.000Z","queuedMs":3,"durationMs":12}
                """.ReplaceLineEndings("")
            );

    [Theory]
    [InlineData("TimedOut", "timedOut")]
    [InlineData("Cancelled", "cancelled")]
    [InlineData("Rejected", "rejected")]
    [InlineData("Expired", "expired")]
    [InlineData("Lost", "lost")]
    [InlineData("Failed", "failed")]
    public void ToJson_GivenStatus_ShouldWriteItsStableName(string status, string name) =>
        Encoding
            .UTF8.GetString((Example with { Status = Enum.Parse<CommandStatus>(status) }).ToJson())
            .ShouldContain($"\"status\":\"{name}\"");

    [Fact]
    public void ToJson_GivenMarkupAndOtherScripts_ShouldWriteThemAsTheyAre() =>
        Encoding.UTF8.GetString((Example with { Out = "<br>&'ü漢" }).ToJson()).ShouldContain("\"out\":\"<br>&'ü漢\"");

    [Fact]
    public void FromJson_GivenAnyResult_ShouldRoundTrip() =>
        Prop.ForAll<NonNull<string>, NonNull<string>, long?>(
                (printed, message, exit) =>
                {
                    var result = Example with
                    {
                        Out = Text(printed.Get),
                        Err = Text(message.Get),
                        Message = Text(message.Get),
                        Exit = exit,
                        Signal = exit is null ? "KILL" : null,
                        Truncated = exit > 0,
                        Bytes = exit,
                    };
                    return CommandResult.FromJson(result.ToJson()) == result;
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"id\":")]
    [InlineData(
        "{\"id\":\"a\",\"server\":\"b\",\"operation\":\"exec\",\"status\":\"no such\",\"receivedAt\":\"2026-11-22T10:00:00.000Z\"}"
    )]
    [InlineData("{\"id\":\"a\",\"server\":\"b\",\"operation\":\"exec\",\"status\":\"lost\",\"receivedAt\":\"yesterday\"}")]
    public void FromJson_GivenSomethingElse_ShouldThrowJsonException(string json) =>
        Should.Throw<JsonException>(() => CommandResult.FromJson(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void ToJson_GivenALimit_ShouldFitAndStayValid() =>
        Prop.ForAll<NonNull<string>, NonNull<string>, PositiveInt>(
                (standardOutput, standardError, limit) =>
                {
                    var result = Example with
                    {
                        Out = string.Concat(Enumerable.Repeat(Text(standardOutput.Get) + "\u0001🏠", 40)),
                        Err = Text(standardError.Get),
                    };
                    var most = 500 + limit.Get;
                    var json = result.ToJson(most);
                    var read = CommandResult.FromJson(json);
                    return json.Length <= most
                        && result.Out.StartsWith(read.Out, StringComparison.Ordinal)
                        && result.Err.StartsWith(read.Err, StringComparison.Ordinal)
                        && read.Truncated == (read.Out != result.Out || read.Err != result.Err)
                        && !read.Out.Contains('\uFFFD', StringComparison.Ordinal);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void ToJson_GivenRoom_ShouldCutNothing() => Example.ToJson(1000).ShouldBe(Example.ToJson());

    [Fact]
    public void ToJson_GivenALongCommandLine_ShouldFitTheLimitToo()
    {
        // A result repeats its command, and the escaped command may exceed the broker's limit.
        var result = Example with
        {
            Command = new string('\u0001', 5000),
            Message = new string('m', 5000),
        };

        var json = result.ToJson(2000);

        json.Length.ShouldBeLessThanOrEqualTo(2000);
        CommandResult.FromJson(json).Id.ShouldBe("7f3");
        CommandResult.FromJson(json).Truncated.ShouldBeTrue();
    }

    private static string Text(string any) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(any)).Replace("\uFFFD", "", StringComparison.Ordinal);
}

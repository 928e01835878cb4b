using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Commands;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Inbound;

public sealed class CommandParserTests
{
    private static readonly TopicScheme Topics = new("ssh");
    private static readonly CommandParser Parser = new(["ssh/reply/#", "other/+"], TimeProvider.System);

    [Theory]
    [InlineData("uptime")]
    [InlineData("{ uptime; }")]
    [InlineData("{uptime")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\"uptime\"")]
    [InlineData("null")]
    [InlineData("{\"Command\":\"uptime\"}")]
    [InlineData("{\"id\":\"7\"}")]
    [InlineData("{\"command\":\"uptime\"} x")]
    [InlineData("{\"command\":\"uptime\",}")]
    [InlineData("  uptime \n")]
    [InlineData("echo \"ünï\" '$(x)' \\\n next")]
    public void Parse_GivenPlainText_ShouldReadItByteForByte(string text)
    {
        var command = Valid<ExecCommand>("exec", text);

        command.CommandLine.ShouldBe(text);
        command.Timeout.ShouldBe(TimeSpan.FromSeconds(30));
        command.StandardInput.ShouldBeNull();
        (command.HasOwnId, command.IsLive).ShouldBe((false, false));
        command.Id.ShouldMatch("^[a-z2-7]{16}$");
    }

    [Fact]
    public void Parse_GivenTheSameTwice_ShouldMakeTwoIds() =>
        Valid<ExecCommand>("exec", "uptime").Id.ShouldNotBe(Valid<ExecCommand>("exec", "uptime").Id);

    [Fact]
    public void Parse_GivenJson_ShouldReadAllKeys()
    {
        var command = Valid<ExecCommand>(
            "exec/7",
            """ {"command":"cat","timeout":1.5,"stdin":"a\u0000b\n","live":true,"id":"7f3"} """
        );

        command.CommandLine.ShouldBe("cat");
        command.Timeout.ShouldBe(TimeSpan.FromSeconds(1.5));
        command.StandardInput.ShouldBe("a\0b\n");
        (command.Id, command.HasOwnId).ShouldBe(("7f3", true));
        command.IsLive.ShouldBeTrue();
    }

    [Fact]
    public void Parse_GivenJsonWithNulls_ShouldTreatThemAsMissing()
    {
        var command = Valid<ExecCommand>("exec/7", """{"command":"cat","timeout":null,"stdin":null,"live":null,"id":null}""");

        command.Timeout.ShouldBe(TimeSpan.FromSeconds(7));
        command.StandardInput.ShouldBeNull();
        command.HasOwnId.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"command":1}""", "'command' must be a string, not 1.")]
    [InlineData("""{"command":["a"]}""", "'command' must be a string")]
    [InlineData("""{"command":{"a":1}}""", "'command' must be a string")]
    [InlineData("""{"command":true}""", "'command' must be a string")]
    [InlineData("""{"command":null}""", "'command' is missing")]
    [InlineData("""{"command":""}""", "empty")]
    [InlineData("""{"command":" \n\t"}""", "empty")]
    [InlineData("""{"command":"a\u0000b"}""", "NUL")]
    [InlineData("""{"command":"a\uD800"}""", "surrogate")]
    [InlineData("""{"command":"a","timeout":"5"}""", "'timeout' must be a number")]
    [InlineData("""{"command":"a","timeout":true}""", "'timeout' must be a number")]
    [InlineData("""{"command":"a","timeout":0}""", "0.01 to 604800")]
    [InlineData("""{"command":"a","timeout":-1}""", "0.01 to 604800")]
    [InlineData("""{"command":"a","timeout":0.009}""", "0.01 to 604800")]
    [InlineData("""{"command":"a","timeout":604800.1}""", "0.01 to 604800")]
    [InlineData("""{"command":"a","timeout":1e300}""", "0.01 to 604800")]
    [InlineData("""{"command":"a","timeout":1e999}""", "0.01 to 604800")]
    [InlineData("""{"command":"a","stdin":1}""", "'stdin' must be a string")]
    [InlineData("""{"command":"a","stdin":"\uDC00"}""", "surrogate")]
    [InlineData("""{"command":"a","live":"true"}""", "'live' must be true or false, not \"true\".")]
    [InlineData("""{"command":"a","id":1}""", "'id' must be a string")]
    [InlineData("""{"command":"a","id":""}""", "'id'")]
    [InlineData("""{"command":"a","id":"*"}""", "'id'")]
    [InlineData("""{"command":"a","id":"a\nb"}""", "'id'")]
    [InlineData("""{"command":"a","timeOut":5}""", "'timeOut' is unknown")]
    [InlineData("""{"command":"a","source":"b"}""", "'source' is unknown")]
    [InlineData("""{"command":"a","command":"b"}""", "twice")]
    [InlineData("""{"command":"a","\u0063ommand":"b"}""", "twice")]
    [InlineData("""{"command":"a","\uD800":1}""", "surrogate")]
    [InlineData("""{"\uD800":1,"command":"a"}""", "surrogate")]
    public void Parse_GivenInvalidJson_ShouldReportTheFault(string payload, string message)
    {
        var fault = Faulty("exec", payload);

        fault.Reason.ShouldBe("invalid");
        fault.Message.ShouldContain(message);
    }

    [Fact]
    public void Parse_GivenAFaultBesideAnId_ShouldNameTheId() =>
        Faulty("exec", """{"command":1,"id":"7f3"}""").Id.ShouldBe("7f3");

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Parse_GivenLongId_ShouldAcceptUpTo128Characters(int length, bool isValid) =>
        Parse("exec", JsonSerializer.Serialize(new { command = "a", id = new string('x', length) }))
            .ShouldBeAssignableTo(isValid ? typeof(ParsedCommand.Valid) : typeof(ParsedCommand.Faulty));

    [Theory]
    [InlineData("5", 5)]
    [InlineData("0.5", 0.5)]
    [InlineData("1.5", 1.5)]
    [InlineData("05", 5)]
    [InlineData("604800", 604_800)]
    [InlineData("0.01", 0.01)]
    public void Parse_GivenSecondsInTheTopic_ShouldReadThem(string seconds, double expected) =>
        Valid<ExecCommand>($"exec/{seconds}", "uptime").Timeout.ShouldBe(TimeSpan.FromSeconds(expected));

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("-1")]
    [InlineData("604801")]
    [InlineData("1e2")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData(" 5")]
    [InlineData("5s")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("∞")]
    [InlineData("٥")]
    [InlineData("")]
    [InlineData("9999999999999999999999999999999999999999")]
    public void Parse_GivenWrongSecondsInTheTopic_ShouldRefuse(string seconds) =>
        Faulty($"exec/{seconds}", "uptime").Reason.ShouldBe("invalid");

    [Theory]
    [InlineData("get/5")]
    [InlineData("put/5")]
    [InlineData("connection/5")]
    [InlineData("cancel/5")]
    public void Parse_GivenSecondsElsewhere_ShouldRefuse(string name) => Faulty(name, "a b").Message.ShouldContain("only exec");

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("a\0b")]
    public void Parse_GivenNoCommand_ShouldRefuse(string text) => Faulty("exec", text).Reason.ShouldBe("invalid");

    [Fact]
    public void Parse_GivenInvalidUtf8_ShouldRefuse() =>
        Parse("exec", [0x65, 0xC3, 0x28]).ShouldBeOfType<ParsedCommand.Faulty>().Message.ShouldContain("UTF-8");

    [Theory]
    [InlineData("get")]
    [InlineData("put")]
    public void Parse_GivenTransfer_ShouldReadPlainTextAndJson(string name)
    {
        var plain = Valid<TransferCommand>(name, "\"my file.txt\"  /tmp/x");
        var json = Valid<TransferCommand>(name, """{"source":"my file.txt","destination":"/tmp/x","id":"7"}""");

        (plain.IsPut, plain.Source, plain.Destination, plain.HasOwnId).ShouldBe((name == "put", "my file.txt", "/tmp/x", false));
        (json.IsPut, json.Source, json.Destination, json.Id).ShouldBe((name == "put", "my file.txt", "/tmp/x", "7"));
        json.Text.ShouldBe("\"my file.txt\" /tmp/x");
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("a b c")]
    [InlineData("\"a b")]
    [InlineData("""{"source":"a"}""")]
    [InlineData("""{"source":"a","destination":""}""")]
    [InlineData("""{"source":"a","destination":"b\u0000"}""")]
    [InlineData("""{"source":1,"destination":"b"}""")]
    [InlineData("""{"source":"a","destination":"b","mode":"0600"}""")]
    public void Parse_GivenWrongTransfer_ShouldRefuse(string payload) => Faulty("get", payload).Reason.ShouldBe("invalid");

    [Fact]
    public void Parse_GivenTheOtherTopics_ShouldMakeTheirCommands()
    {
        Valid<ConnectionCommand>("connection", "open").Open.ShouldBeTrue();
        Valid<ConnectionCommand>("connection", "close").Open.ShouldBeFalse();
        Valid<UserCommand>("user", "admin").User.ShouldBe("admin");
        Valid<UserCommand>("user", "").User.ShouldBeNull();
        Valid<PasswordCommand>("password", "canary").Password!.Reveal().ShouldBe("canary");
        Valid<PasswordCommand>("password", "").Password.ShouldBeNull();
        Valid<CancelCommand>("cancel", "").Target.ShouldBe("");
        Valid<CancelCommand>("cancel", "*").Target.ShouldBe("*");
    }

    [Theory]
    [InlineData("connection", "OPEN")]
    [InlineData("connection", "")]
    [InlineData("user", "a\nb")]
    [InlineData("password", "a\nb")]
    [InlineData("password", "a\0")]
    public void Parse_GivenWrongPayloadThere_ShouldRefuse(string name, string payload) =>
        Faulty(name, payload).Reason.ShouldBe("invalid");

    [Fact]
    public void Parse_GivenPassword_ShouldShowItNowhere()
    {
        var command = Valid<PasswordCommand>("password", "canary");

        command.Text.ShouldBeNull();
        command.ToString().ShouldNotContain("canary");
        Faulty("password", "canary\n").ToString().ShouldNotContain("canary");
    }

    [Fact]
    public void Parse_GivenRetained_ShouldRefuse() =>
        Parser
            .Parse(new WriteTopic("nas", "exec", null), Delivery("exec", "uptime"u8.ToArray()) with { Retain = true })
            .ShouldBeOfType<ParsedCommand.Faulty>()
            .Reason.ShouldBe("retained");

    [Fact]
    public void Parse_GivenAPayloadThatIsTooLarge_ShouldReportItsSize()
    {
        var fault = Parser
            .Parse(new WriteTopic("nas", "exec", null), Delivery("exec", []) with { PayloadBytes = 200_000_000 })
            .ShouldBeOfType<ParsedCommand.Faulty>();

        fault.Reason.ShouldBe("tooLarge");
        fault.Message.ShouldContain("200000000");
    }

    [Fact]
    public void Parse_GivenUnknownName_ShouldNameTheValidOnes() =>
        Parse("restart", "now").ShouldBeOfType<ParsedCommand.Unknown>().Message.ShouldContain("exec");

    [Theory]
    [InlineData("ssh/reply/1", true)]
    [InlineData("ssh/reply", true)]
    [InlineData("other/x", true)]
    [InlineData("other/x/y", false)]
    [InlineData("elsewhere", false)]
    [InlineData("ssh/reply/+", false)]
    [InlineData("ssh/reply/#", false)]
    [InlineData("$SYS/x", false)]
    [InlineData("ssh/reply/set", false)]
    [InlineData("ssh/reply/a\0", false)]
    [InlineData("", false)]
    public void Parse_GivenResponseTopic_ShouldAnswerOnlyWhereItMay(string topic, bool isAllowed)
    {
        var parsed = Parser.Parse(
            new WriteTopic("nas", "exec", null),
            Delivery("exec", "uptime"u8.ToArray()) with
            {
                ResponseTopic = topic,
                CorrelationData = new byte[] { 0, 1 },
            }
        );

        if (isAllowed)
        {
            var reply = parsed.ShouldBeOfType<ParsedCommand.Valid>().Command.Origin.Reply!;
            reply.Topic.ShouldBe(topic);
            reply.CorrelationData!.Value.ToArray().ShouldBe([0, 1]);
        }
        else
        {
            var fault = parsed.ShouldBeOfType<ParsedCommand.Faulty>();
            fault.Reason.ShouldBe("invalid");
            fault.Origin.Reply.ShouldBeNull();
        }
    }

    [Fact]
    public void Parse_GivenAnyBytesOnAnyTopic_ShouldNotThrow() =>
        Prop.ForAll<NonNull<string>, NonNull<byte[]>>(
                (name, payload) =>
                {
                    foreach (var known in (string[])["exec", "get", "put", "user", "password", "cancel", "connection", name.Get])
                    {
                        Parser.Parse(
                            new WriteTopic(name.Get, known, payload.Get.Length % 3 == 0 ? name.Get : null),
                            Delivery(known, payload.Get) with
                            {
                                ResponseTopic = payload.Get.Length % 2 == 0 ? name.Get : null,
                            }
                        );
                    }

                    return true;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_GivenAnyEscapesInJson_ShouldNotThrow()
    {
        var name = Gen.Elements("command", "id", "timeout", "stdin", "\\uD800", "\\u0000", "\\u0063ommand", "x");
        var value = Gen.Elements("1", "1e999", "null", "\"a\"", "\"\\uDC00\"", "\"\\u0000\"", "[]", "{}", "true", "-0.0");
        var property = from key in name from content in value select $"\"{key}\":{content}";
        Prop.ForAll(
                property.ArrayOf().ToArbitrary(),
                properties => Parse("exec", $"{{{string.Join(',', properties)}}}") is not null
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_GivenAnyTextAsJson_ShouldReadItUnchanged() =>
        Prop.ForAll<NonNull<string>>(text =>
            {
                // Invalid text (half a surrogate pair) cannot occur in UTF-8, and rejected payloads are tested above.
                var command = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)).Replace("\0", "") + "x";
                return Valid<ExecCommand>("exec", JsonSerializer.Serialize(new { command, stdin = command })) is var parsed
                    && parsed.CommandLine == command
                    && parsed.StandardInput == command;
            })
            .QuickCheckThrowOnFailure();

    private static T Valid<T>(string name, string payload)
        where T : Command => Parse(name, payload).ShouldBeOfType<ParsedCommand.Valid>().Command.ShouldBeOfType<T>();

    private static ParsedCommand.Faulty Faulty(string name, string payload) =>
        Parse(name, payload).ShouldBeOfType<ParsedCommand.Faulty>();

    private static ParsedCommand Parse(string name, string payload) => Parse(name, Encoding.UTF8.GetBytes(payload));

    private static ParsedCommand Parse(string name, byte[] payload)
    {
        var delivery = Delivery(name, payload);
        return Parser.Parse(Topics.Parse(delivery.Topic)!, delivery);
    }

    private static MqttDelivery Delivery(string name, byte[] payload) => new($"ssh/nas/{name}/set", payload);
}

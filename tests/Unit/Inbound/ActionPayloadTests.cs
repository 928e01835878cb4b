using System.Text;
using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.Inbound;

/// <summary>Payloads of <c>run/ACTION/set</c>.</summary>
public sealed class ActionPayloadTests
{
    private static readonly ActionCatalog Catalog = new([
        new ServerOptions
        {
            Id = "nas",
            Host = "nas",
            User = "admin",
            KeyDirectory = "/",
            Actions =
            [
                new ActionOptions
                {
                    Name = "plain",
                    CommandLine = "uptime",
                    Timeout = TimeSpan.FromSeconds(5),
                },
                Action("text", new ActionParameter("p", ActionParameterType.Text) { MaximumLength = 4, Pattern = "[^x]*" }),
                Action("integer", new ActionParameter("p", ActionParameterType.Integer) { Minimum = -5, Maximum = 10 }),
                Action("number", new ActionParameter("p", ActionParameterType.Number) { Minimum = 0.5m }),
                Action("boolean", new ActionParameter("p", ActionParameterType.Boolean)),
                Action("choice", new ActionParameter("p", ActionParameterType.Choice) { Choices = ["on", "1", "a b"] }),
                Action("any", new ActionParameter("p", ActionParameterType.Integer)),
                new ActionOptions
                {
                    Name = "screen",
                    CommandLine = "",
                    Switch = new ActionSwitch("dpms on", "dpms off"),
                    Parameters = [ActionSwitch.Parameter],
                },
                Action("default", new ActionParameter("p", ActionParameterType.Text) { Default = "it's" }),
            ],
        },
    ]);

    private readonly CommandParser _parser = new(["ssh/reply/#"], TimeProvider.System, Catalog);

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("PRESS")]
    [InlineData("{}")]
    [InlineData("""{"args":{}}""")]
    [InlineData("""{"args":null,"id":null}""")]
    public void Parse_GivenNoArguments_ShouldRunTheCommandAsItIs(string payload)
    {
        var command = Valid("plain", payload);

        (command.CommandLine, command.Action, command.Timeout, command.HasOwnId).ShouldBe(
            ("uptime", "plain", TimeSpan.FromSeconds(5), false)
        );
        command.Id.Length.ShouldBe(16);
        command.Origin.Topic.ShouldBe("ssh/nas/run/plain/set");
    }

    [Theory]
    [InlineData("text", "\"a b\"", "a b")]
    [InlineData("text", "\"\"", "")]
    [InlineData("text", "\"'$`!\"", @"'\''$`'\!'")]
    [InlineData("text", "\"1234\"", "1234")]
    [InlineData("integer", "5", "5")]
    [InlineData("integer", "-5", "-5")]
    [InlineData("integer", "1e1", "10")]
    [InlineData("integer", "3.0", "3")]
    [InlineData("integer", "\"007\"", "7")]
    [InlineData("integer", "-0", "0")]
    [InlineData("number", "0.5", "0.5")]
    [InlineData("number", "\"1.50\"", "1.50")]
    [InlineData("number", "1E3", "1000")]
    [InlineData("boolean", "true", "true")]
    [InlineData("boolean", "\"False\"", "false")]
    [InlineData("choice", "\"on\"", "on")]
    [InlineData("choice", "1", "1")]
    [InlineData("choice", "\"a b\"", "a b")]
    [InlineData("any", "9223372036854775807", "9223372036854775807")]
    [InlineData("default", "null", @"it'\''s")]
    [InlineData("default", "\"x\"", "x")]
    public void Parse_GivenAnArgument_ShouldSetTheVariable(string action, string value, string word)
    {
        var quoted = word == @"'\''$`'\!'" ? @"''\''$`'\!''" : $"'{word}'";

        Valid(action, $$$"""{"args":{"p":{{{value}}}},"id":"7"}""").CommandLine.ShouldBe($"p={quoted}; echo \"$p\"");
    }

    [Theory]
    [InlineData("text", "a b", "a b")]
    [InlineData("text", "4", "4")]
    [InlineData("integer", "5", "5")]
    [InlineData("integer", "5.0", "5")]
    [InlineData("number", "0.5", "0.5")]
    [InlineData("boolean", "True", "true")]
    [InlineData("choice", "a b", "a b")]
    [InlineData("default", "PRESS", @"it'\''s")]
    [InlineData("default", "x", "x")]
    public void Parse_GivenABareValue_ShouldSetTheOnlyParameter(string action, string payload, string word) =>
        Valid(action, payload).CommandLine.ShouldBe($"p='{word}'; echo \"$p\"");

    [Fact]
    public void Parse_GivenPressForARequiredText_ShouldBeItsValue()
    {
        Valid("any", "7").Value.ShouldBe("7");
        Faulty("any", "PRESS").Message.ShouldBe("The argument 'p' must be a whole number, not PRESS.");
    }

    [Theory]
    [InlineData("ON", "dpms on", "ON")]
    [InlineData("off", "dpms off", "OFF")]
    [InlineData("""{"args":{"state":"OFF"},"id":"1"}""", "dpms off", "OFF")]
    public void Parse_GivenASwitch_ShouldRunOneOfItsCommandsInTheLoginShell(string payload, string commandLine, string value)
    {
        var command = Valid("screen", payload);

        (command.CommandLine, command.Value, command.NeedsPosixShell).ShouldBe((commandLine, value, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRESS")]
    [InlineData("toggle")]
    public void Parse_GivenASwitchAndNoState_ShouldNameTheStates(string payload) =>
        Faulty("screen", payload).Message.ShouldContain("must be one of ON, OFF");

    [Theory]
    [InlineData("text", "\"12345\"")]
    [InlineData("text", "\"x\"")]
    [InlineData("text", "\"a\\nb\"")]
    [InlineData("text", "\"a\\u0000b\"")]
    [InlineData("text", "\"\\u0085\"")]
    [InlineData("text", "5")]
    [InlineData("text", "true")]
    [InlineData("text", "null")]
    [InlineData("text", "[\"a\"]")]
    [InlineData("text", "{}")]
    [InlineData("text", "\"\\uD800\"")]
    [InlineData("integer", "11")]
    [InlineData("integer", "-6")]
    [InlineData("integer", "1.5")]
    [InlineData("integer", "\" 5\"")]
    [InlineData("integer", "\"\"")]
    [InlineData("integer", "\"0x5\"")]
    [InlineData("integer", "\"1,000\"")]
    [InlineData("integer", "true")]
    [InlineData("integer", "\"٣\"")]
    [InlineData("any", "9223372036854775808")]
    [InlineData("any", "1e400")]
    [InlineData("number", "0.4")]
    [InlineData("number", "\"NaN\"")]
    [InlineData("number", "1e400")]
    [InlineData("boolean", "1")]
    [InlineData("boolean", "\"yes\"")]
    [InlineData("boolean", "\" true\"")]
    [InlineData("choice", "\"off\"")]
    [InlineData("choice", "1.0")]
    [InlineData("choice", "\"ON\"")]
    public void Parse_GivenAnArgumentThatIsNotAllowed_ShouldRefuseItAndNameIt(string action, string value)
    {
        var fault = Faulty(action, $$$"""{"args":{"p":{{{value}}}},"id":"7"}""");

        (fault.Reason, fault.Id, fault.Action).ShouldBe((Reasons.Invalid, "7", action));
        fault.Message.ShouldContain("'p'");
        fault.ToResult().Action.ShouldBe(action);
    }

    [Theory]
    [InlineData("nothing", "", "Unknown action 'nothing'. Valid: plain, text,")]
    [InlineData("plain", "press", "must be empty, PRESS, or a JSON object")]
    [InlineData("plain", "uptime", "must be empty, PRESS, or a JSON object")]
    [InlineData("plain", "[]", "must be empty, PRESS, or a JSON object")]
    [InlineData("plain", "{", "must be empty, PRESS, or a JSON object")]
    [InlineData("plain", """{"args":{"p":1}}""", "The action 'plain' has no parameter 'p'; it has none.")]
    [InlineData("plain", """{"args":[]}""", "'args' must be an object")]
    [InlineData("plain", """{"command":"id"}""", "The key 'command' is unknown. Valid: args, live, id.")]
    [InlineData("plain", """{"timeout":5}""", "The key 'timeout' is unknown")]
    [InlineData("plain", """{"id":"*"}""", "'id' must be 1–128 characters, without control characters, and not '*'.")]
    [InlineData("text", "", "The argument 'p' is missing: it must be a text of at most 4 characters")]
    [InlineData("text", """{"args":{"p":"a","p":"b"}}""", "The argument 'p' is given twice.")]
    [InlineData("text", """{"args":{"p":"a","q":"b"}}""", "has no parameter 'q'; valid: p.")]
    [InlineData("text", """{"args":{"\uD800":"a"}}""", "an unpaired surrogate")]
    public void Parse_GivenAnInvalidPayload_ShouldNameTheValidOnes(string action, string payload, string message)
    {
        var fault = Faulty(action, payload);

        fault.Reason.ShouldBe(Reasons.Invalid);
        fault.Operation.ShouldBe(Operation.Exec);
        fault.Message.ShouldContain(message);
    }

    [Fact]
    public void Parse_GivenARetainedMessage_ShouldRefuseIt() =>
        Parse("plain", "PRESS", delivery => delivery with { Retain = true })
            .ShouldBeOfType<ParsedCommand.Faulty>()
            .Reason.ShouldBe(Reasons.Retained);

    [Fact]
    public void Parse_GivenNoAction_ShouldNameTheTopic() =>
        _parser
            .Parse(new WriteTopic("nas", "run", null), new MqttDelivery("ssh/nas/run/set", default))
            .ShouldBeOfType<ParsedCommand.Faulty>()
            .Message.ShouldBe("'run/set' is not a topic; publish to run/<action>/set.");

    [Fact]
    public void RefusalOf_GivenAnActionAndItsOwnCommandLine_ShouldForbidOnlyTheLatter()
    {
        var policy = ServerPolicy.Unlimited with { Commands = CommandRule.ActionsOnly };
        var action = Valid("plain", "");

        policy.RefusalOf(action).ShouldBeNull();
        policy.RefusalOf(action with { Action = null }).ShouldNotBeNull();
    }

    private static ActionOptions Action(string name, ActionParameter parameter) =>
        new()
        {
            Name = name,
            CommandLine = "echo \"$p\"",
            Parameters = [parameter],
        };

    private ExecCommand Valid(string action, string payload) =>
        Parse(action, payload).ShouldBeOfType<ParsedCommand.Valid>().Command.ShouldBeOfType<ExecCommand>();

    private ParsedCommand.Faulty Faulty(string action, string payload) =>
        Parse(action, payload).ShouldBeOfType<ParsedCommand.Faulty>();

    private ParsedCommand Parse(string action, string payload, Func<MqttDelivery, MqttDelivery>? with = null)
    {
        var delivery = new MqttDelivery($"ssh/nas/run/{action}/set", Encoding.UTF8.GetBytes(payload));
        return _parser.Parse(new WriteTopic("nas", "run", action), with?.Invoke(delivery) ?? delivery);
    }
}

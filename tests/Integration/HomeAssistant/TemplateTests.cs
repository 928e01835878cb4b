using System.Text;
using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.HomeAssistant;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>The templates in the discovery messages, rendered for real payloads.</summary>
public sealed class TemplateTests(HomeAssistantEmulation homeAssistant) : IClassFixture<HomeAssistantEmulation>
{
    /// <summary>
    /// core components/recorder/db_schema.py, MAX_STATE_ATTRS_BYTES; those that Home Assistant adds itself (name, icon, …)
    /// count too.
    /// </summary>
    private const int MostAttributeBytes = 16_384 - 1_000;

    /// <summary>core const.py, MAX_LENGTH_STATE_STATE.</summary>
    private const int LongestState = 255;

    /// <summary>core mqtt/entity.py, MQTT_ATTRIBUTES_BLOCKED, and mqtt/sensor.py: attributes that are left out.</summary>
    private static readonly string[] Blocked =
    [
        "assumed_state",
        "available",
        "device_class",
        "device_info",
        "entity_category",
        "entity_picture",
        "extra_state_attributes",
        "force_update",
        "icon",
        "last_reset",
        "name",
        "options",
        "should_poll",
        "state",
        "state_class",
        "supported_features",
        "unique_id",
        "unit_of_measurement",
    ];

    public static TheoryData<string> Results { get; } = new(Examples.Results.Keys);

    public static TheoryData<string> Texts { get; } =
        new("", "1", "a\nb\n", "{\"a\":1}", "{{ x }}", "💥", "long", "emojis", "escapes");

    [HomeAssistantTheory]
    [MemberData(nameof(Results))]
    public void LastResult_GivenAResult_ShouldHaveItsStatusAndItsFields(string name)
    {
        var result = Examples.Results[name];
        var json = Encoding.UTF8.GetString(result.ToJson());

        homeAssistant.RenderValue(Templates.Status, json).ShouldBe((string)JsonNode.Parse(json)!["status"]!);

        var attributes = Attributes(Templates.ResultAttributes, json);
        ShouldBeOf(attributes, result);
        attributes.ContainsKey("event_type").ShouldBeFalse();
        attributes
            .Select(attribute => attribute.Key)
            .ShouldBe(JsonNode.Parse(json)!.AsObject().Select(field => field.Key), ignoreOrder: true);
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Results))]
    public void CommandFinished_GivenAResult_ShouldBeAnEventOfItsStatus(string name)
    {
        var result = Examples.Results[name];
        var json = Encoding.UTF8.GetString(result.ToJson());

        var attributes = Attributes(Templates.ResultEvent, json);

        ((string)attributes["event_type"]!).ShouldBe((string)JsonNode.Parse(json)!["status"]!);
        ShouldBeOf(attributes, result);
    }

    [HomeAssistantTheory]
    [InlineData("scheduled", "true", false)]
    [InlineData("scheduled", "false", true)]
    [InlineData("action", "\"reboot\"", true)]
    [InlineData("operation", "\"cancel\"", false)]
    [InlineData("operation", "\"user\"", false)]
    [InlineData("operation", "\"put\"", true)]
    public void CommandFinished_GivenAResult_ShouldRenderOnlyWhereItIsAnEvent(string field, string value, bool isEvent)
    {
        var json = JsonNode.Parse(Examples.Results["short"].ToJson())!;
        json[field] = JsonNode.Parse(value);

        var text = homeAssistant.RenderValue(Templates.ResultEvent, json.ToJsonString());

        text.Length.ShouldBe(isEvent ? text.Length : 0);
        (text.Length > 0).ShouldBe(isEvent);
    }

    [HomeAssistantTheory]
    [InlineData("failed", false, true)]
    [InlineData("timedOut", false, true)]
    [InlineData("failed", true, false)]
    public void CommandFinished_GivenAScheduledRunThatFailed_ShouldBeAnEvent(string status, bool findsState, bool isEvent)
    {
        var json = JsonNode.Parse(Examples.Results["short"].ToJson())!;
        json["scheduled"] = true;
        json["findsState"] = findsState;
        json["status"] = status;

        (homeAssistant.RenderValue(Templates.ResultEvent, json.ToJsonString()).Length > 0).ShouldBe(isEvent);
    }

    [HomeAssistantFact]
    public void Problem_GivenItsPayload_ShouldSayWhatFailed()
    {
        const string Payload = """{"problem":true,"command":"failed","actions":["disk"]}""";

        homeAssistant.RenderValue(Templates.Problem, Payload).ShouldBe("ON");
        homeAssistant.RenderValue(Templates.Problem, Payload.Replace("true", "false", StringComparison.Ordinal)).ShouldBe("OFF");
        Attributes(Templates.ProblemAttributes, Payload).ToJsonString().ShouldBe("""{"command":"failed","actions":["disk"]}""");
    }

    [HomeAssistantTheory]
    [InlineData(false, "null", "OFF", "[]", "[]")]
    [InlineData(true, "null", "ON", "[\"nas\"]", "[]")]
    [InlineData(false, "\"hostKey\"", "ON", "[]", "[\"nas\"]")]
    public void BridgeProblem_GivenAServer_ShouldNameIt(
        bool problem,
        string reason,
        string state,
        string failed,
        string unreachable
    )
    {
        var info = $$"""{"servers":[{"id":"nas","problem":{{(problem ? "true" : "false")}},"reason":{{reason}}}]}""";

        homeAssistant.RenderValue(Templates.AnyProblem, info).ShouldBe(state);
        var attributes = Attributes(Templates.AnyProblemAttributes, info);
        attributes["failed"]!.ToJsonString().ShouldBe(failed);
        attributes["unreachable"]!.ToJsonString().ShouldBe(unreachable);
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Texts))]
    public void Action_GivenAnOutput_ShouldHaveItsBeginning(string name)
    {
        var text = TextOf(name);

        var state = homeAssistant.RenderValue(Templates.Text, text);

        Length(state).ShouldBeLessThanOrEqualTo(LongestState);
        text.ShouldStartWith(state);
    }

    [HomeAssistantTheory]
    [MemberData(nameof(Texts))]
    public void LastRun_GivenAnOutput_ShouldHaveItsFieldsAndAsMuchAsFits(string name)
    {
        var text = TextOf(name)[..Math.Min(TextOf(name).Length, 14_000)];
        var last = new JsonObject
        {
            ["status"] = "failed",
            ["result"] = "timedOut",
            ["exit"] = null,
            ["reason"] = null,
            ["message"] = string.Concat(Enumerable.Repeat("夏", 500)),
            ["output"] = text,
            ["truncated"] = false,
            ["receivedAt"] = "2026-11-22T10:00:00.000Z",
            ["durationMs"] = 12,
        };

        var attributes = Attributes(Templates.LastRunAttributes, last.ToJsonString());

        attributes.Select(attribute => attribute.Key).ShouldBe(last.Select(field => field.Key), ignoreOrder: true);
        ((string)attributes["status"]!).ShouldBe("failed");
        var output = (string)attributes["output"]!;
        text.ShouldStartWith(output);
        ((bool)attributes["truncated"]!).ShouldBe(output.Length < text.Length);
        Length(output).ShouldBeGreaterThanOrEqualTo(Math.Min(Length(text), 1000));
    }

    [HomeAssistantTheory]
    [InlineData("ok", "ON", "OFF")]
    [InlineData("failed", "OFF", "ON")]
    [InlineData("unknown", "None", "None")]
    public void Check_GivenAStatus_ShouldBeOnOffOrUnknown(string status, string straight, string inverted)
    {
        homeAssistant.RenderValue(Templates.OkIsOn, status).ShouldBe(straight);
        homeAssistant.RenderValue(Templates.FailedIsOn, status).ShouldBe(inverted);
    }

    [HomeAssistantTheory]
    [InlineData("powersave", "powersave")]
    [InlineData("it's \\ {{ 1 }}", "it's \\ {{ 1 }}")]
    [InlineData("unknown", "None")]
    [InlineData("turbo", "None")]
    public void State_GivenAChoice_ShouldBeOneOfThemOrUnknown(string state, string expected) =>
        homeAssistant.RenderValue(Templates.OneOf(["powersave", "it's \\ {{ 1 }}"]), state).ShouldBe(expected);

    [HomeAssistantFact]
    public void State_GivenANumberOrAText_ShouldBeTheValue()
    {
        homeAssistant.RenderValue(Templates.Known, "42").ShouldBe("42");
        homeAssistant.RenderValue(Templates.Known, "unknown").ShouldBe("None");
        homeAssistant.RenderValue(Templates.Beginning(3), "abcd").ShouldBe("abc");
    }

    [HomeAssistantTheory]
    [InlineData("it's \"so\"")]
    [InlineData("{\"args\":1}")]
    public void Text_GivenAnyText_ShouldBeAnArgument(string text) =>
        JsonNode.Parse(homeAssistant.RenderValue(Templates.Argument("say"), text))!["args"]!["say"]!
            .GetValue<string>()
            .ShouldBe(text);

    [HomeAssistantFact]
    public void Queue_GivenItsPayload_ShouldBeHowManyWait() =>
        homeAssistant.RenderValue(Templates.Queued, """{"running":"7f3","queued":2}""").ShouldBe("2");

    [HomeAssistantTheory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(2000)]
    public void Bridge_GivenItsInfo_ShouldRenderItsServers(int count)
    {
        var servers = Enumerable
            .Range(0, count)
            .Select(i =>
                (JsonNode)new JsonObject { ["id"] = $"{i}".PadLeft(64, 'x'), ["connection"] = i % 3 == 0 ? "offline" : "online" }
            );
        var info = new JsonObject
        {
            ["version"] = "1.2.3",
            ["startedAt"] = "2026-11-22T10:00:00.000Z",
            ["servers"] = new JsonArray([.. servers]),
        }.ToJsonString();

        homeAssistant.RenderValue(Templates.Version, info).ShouldBe("1.2.3");
        homeAssistant.RenderValue(Templates.ServersOnline, info).ShouldBe($"{count - (count + 2) / 3}");
        var attributes = Attributes(Templates.ServerAttributes, info);
        ((int)attributes["total"]!).ShouldBe(count);
        attributes["offline"]!.AsArray().Count.ShouldBe(Math.Min(100, (count + 2) / 3));
    }

    [HomeAssistantTheory]
    [InlineData("short", "\"ssh/x/exec/set\"")]
    [InlineData("long", "null")]
    public void Bridge_GivenAnError_ShouldRenderIt(string message, string topic)
    {
        message = message == "long" ? string.Concat(Enumerable.Repeat("\u0001夏", 10_000)) : message;
        var error = new JsonObject
        {
            ["reason"] = "invalid",
            ["message"] = message,
            ["topic"] = JsonNode.Parse(topic),
        }.ToJsonString();

        Length(homeAssistant.RenderValue(Templates.Error, error)).ShouldBeInRange(1, LongestState);
        ((string)Attributes(Templates.ErrorAttributes, error)["reason"]!).ShouldBe("invalid");
    }

    [HomeAssistantFact]
    public void Leader_GivenItsPayload_ShouldBeTheInstanceWithItsTerm()
    {
        const string Leader = """{"instance":"pi-1","epoch":3,"since":"2026-11-27T09:00:00.000Z"}""";

        homeAssistant.RenderValue(Templates.Leader, Leader).ShouldBe("pi-1");
        Attributes(Templates.LeaderAttributes, Leader)
            .ToJsonString()
            .ShouldBe("""{"epoch":3,"since":"2026-11-27T09:00:00.000Z"}""");
    }

    [HomeAssistantFact]
    public void Components_GivenAllOfThem_ShouldHaveNoOtherTemplatesThanThese()
    {
        string[] known =
        [
            Templates.Status,
            Templates.ResultAttributes,
            Templates.ResultEvent,
            Templates.Text,
            Templates.LastRunAttributes,
            Templates.Queued,
            Templates.Problem,
            Templates.ProblemAttributes,
            Templates.AnyProblem,
            Templates.AnyProblemAttributes,
            Templates.Version,
            Templates.ServersOnline,
            Templates.ServerAttributes,
            Templates.Error,
            Templates.ErrorAttributes,
            Templates.Leader,
            Templates.LeaderAttributes,
            Templates.Argument("text"),
        ];

        ((string[])["actions of all kinds", "in a group"])
            .SelectMany(name => Unit.HomeAssistant.Options.DevicesOf(Examples.Configurations[name]))
            .SelectMany(device => device.Components)
            .SelectMany(component => component.Options)
            .Where(option => option.Key.EndsWith("template", StringComparison.Ordinal))
            .Select(option => (string)option.Value!)
            .Distinct()
            .ShouldBe(known, ignoreOrder: true);
    }

    private static string TextOf(string name) =>
        name switch
        {
            "long" => new string('x', 1 << 20),
            "emojis" => string.Concat(Enumerable.Repeat("💥", 100_000)),
            "escapes" => new string('\u001b', 100_000),
            _ => name,
        };

    private JsonObject Attributes(string template, string value)
    {
        var text = homeAssistant.RenderValue(template, value);
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(MostAttributeBytes);
        var attributes = JsonNode.Parse(text)!.AsObject();
        attributes.Select(attribute => attribute.Key).Intersect(Blocked).ShouldBeEmpty();
        return attributes;
    }

    /// <summary>As Python counts: a character is a code point.</summary>
    private static int Length(string text) => text.EnumerateRunes().Count();

    private static void ShouldBeOf(JsonObject attributes, CommandResult result)
    {
        var cut = false;
        Begins("out", result.Out);
        Begins("err", result.Err);
        Begins("command", result.Command ?? "");
        Begins("message", result.Message ?? "");
        ((bool)attributes["truncated"]!).ShouldBe(cut);
        ((long?)attributes["exit"]).ShouldBe(result.Exit);
        ((string)attributes["id"]!).ShouldBe(result.Id);

        void Begins(string field, string whole)
        {
            var text = (string)attributes[field]!;
            whole.ShouldStartWith(text);
            Length(text).ShouldBeGreaterThanOrEqualTo(Math.Min(Length(whole), 200));
            cut |= text.Length < whole.Length;
        }
    }
}

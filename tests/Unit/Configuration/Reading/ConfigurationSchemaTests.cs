using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Hosting;
using SshMqttBridge.Hosting.Verbs;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>
/// The JSON Schema of the configuration: it accepts what the reader accepts, and refuses nearly all that the reader refuses.
/// </summary>
public sealed partial class ConfigurationSchemaTests
{
    private const int MostMilliseconds = 30_000;

    private static readonly string File = Path.Combine(Repository.Root, "config", "bridge.schema.json");
    private static readonly JsonSchema Schema = JsonSchema.FromText(ConfigurationSchema.Text());

    /// <summary>
    /// Values that the reader refuses and the schema does not: a schema sees numbers, not how they are written, and knows no
    /// arithmetic.
    /// </summary>
    private static readonly HashSet<(string Key, string Value)> BeyondSchema =
    [
        ("shutdownTimeout", "1e3"),
        ("mqtt.port", "1883.0"),
        ("mqtt.port", "0x10"),
        ("servers.nas.hostKey", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV"),
        ("servers.nas.rateLimit", "1000001/s"),
    ];

    /// <summary>
    /// Likewise of actions and parameters: rules across several keys, and the syntax of regular expressions and cron.
    /// </summary>
    private static readonly HashSet<string> ActionsBeyondSchema =
    [
        "null",
        "false",
        "' '",
        "{command: x, title: \"a\\nb\"}",
        "{command: x, schedule: 31d}",
        "{command: x, schedule: 99999999999999999999999d}",
        "{command: x, schedule: {cron: 0 0 30 2 *}}",
        "{command: $p, schedule: 5m, parameters: {p: text}}",
        "{command: x, sensor: {unit: '%'}}",
        "{on: x, off: x, parameters: {p: text}}",
        "{on: x, off: x, schedule: 5m}",
        "{on: x, off: x, state: ' '}",
        "{on: x, off: x, state: x, schedule: 5m, sensor: {}}",
        "{command: x, state: x}",
        "{command: x, binarySensor: {}}",
        "{command: x, schedule: 5m, sensor: {}, binarySensor: {}}",
        "{command: x, schedule: 5m, sensor: {valueTemplate: ' '}}",
        "{command: x, schedule: 5m, sensor: {expireAfter: 31d}}",
        "{type: integer, min: 2, max: 1}",
        "{type: text, min: 1}",
        "{type: number, maxLength: 1}",
        "{type: text, pattern: '('}",
        "{type: text, pattern: '(?=a)'}",
        "{type: boolean, pattern: a}",
        "{type: choice}",
        "{type: text, choices: [a]}",
        "{choices: [\"a\\nb\"]}",
        "{type: integer, default: 1.5}",
        "{type: integer, min: 1, max: 3, default: 4}",
        "{type: boolean, default: yes}",
        "{choices: [a, b], default: c}",
        "{type: text, pattern: '[a-z]+', default: A}",
        "{type: text, default: \"a\\tb\"}",
    ];

    /// <summary>The rows about the content of files are about nothing that is written in the configuration.</summary>
    public static IEnumerable<object[]> WrongValues =>
        WrongValueTests.WrongValues.Where(row =>
            ((string)row[2])[0] is not ('%' or '/') && !BeyondSchema.Contains(((string)row[0], (string)row[1]))
        );

    public static TheoryData<string> WrongActions { get; } =
        new(ActionsReaderTests.WrongActions.Select(row => (string)row[0]).Where(text => !ActionsBeyondSchema.Contains(text)));

    public static TheoryData<string> WrongParameters { get; } =
        new(ActionsReaderTests.WrongParameters.Select(row => (string)row[0]).Where(text => !ActionsBeyondSchema.Contains(text)));

    public static IEnumerable<object[]> Examples =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .SelectMany(page =>
                Yaml()
                    .Matches(System.IO.File.ReadAllText(page))
                    .Select(match => new object[] { Path.GetFileName(page), match.Groups["yaml"].Value })
            )
            .Where(example => IsConfiguration((string)example[1]));

    [Fact]
    public void File_GivenTheTables_ShouldBeTheirSchema()
    {
        var isCurrent = System.IO.File.ReadAllText(File) == ConfigurationSchema.Text();

        isCurrent.ShouldBeTrue(
            "config/bridge.schema.json is not the schema of the tables; write it anew: "
                + "dotnet run --project src/SshMqttBridge -- schema > config/bridge.schema.json"
        );
    }

    [Fact]
    public async Task Verb_GivenNoConfiguration_ShouldPrintTheSchema()
    {
        await using var output = new StringWriter();

        (await SchemaVerb.RunAsync(output)).ShouldBe(ExitStatus.Success);

        output.ToString().ShouldBe(ConfigurationSchema.Text());
    }

    [Theory]
    [InlineData("bridge.yaml")]
    [InlineData("docker.yaml")]
    public void Schema_GivenAShippedFile_ShouldAcceptIt(string name) =>
        Faults(YamlJson.Parse(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "config", name)))).ShouldBeEmpty();

    [Fact]
    public void Schema_GivenTheExampleWithoutCommentSigns_ShouldAcceptEveryKey() =>
        Faults(
                YamlJson.Parse(
                    Commented().Replace(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "config", "bridge.yaml")), "")
                )
            )
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Examples))]
    public void Schema_GivenAnExampleOfThePages_ShouldAcceptIt(string page, string yaml)
    {
        page.ShouldEndWith(".md");
        var root = YamlJson.Parse(yaml).ShouldBeOfType<JsonObject>();
        // An example need not repeat what every configuration contains.
        root["servers"] ??= new JsonObject { ["any"] = new JsonObject() };
        root["defaults"] ??= new JsonObject();
        root["defaults"]!["host"] ??= "192.0.2.10";
        root["defaults"]!["user"] ??= "admin";

        Faults(root).ShouldBeEmpty();
    }

    [Fact]
    public void Examples_GivenThePages_ShouldBeMoreThanAFew() => Examples.Count().ShouldBeGreaterThan(10);

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void Schema_GivenAWrongValue_ShouldRefuseIt(string key, string value, string message) =>
        Faults(With(key, YamlJson.Parse(value))).ShouldNotBeEmpty(message);

    [Theory]
    [MemberData(nameof(WrongActions))]
    public void Schema_GivenAWrongAction_ShouldRefuseIt(string action) =>
        Faults(With("servers.nas.actions.a", YamlJson.Parse(action))).ShouldNotBeEmpty();

    [Theory]
    [MemberData(nameof(WrongParameters))]
    public void Schema_GivenAWrongParameter_ShouldRefuseIt(string parameter) =>
        Faults(
                With(
                    "servers.nas.actions.a",
                    new JsonObject
                    {
                        ["command"] = "echo \"$p\"",
                        ["parameters"] = new JsonObject { ["p"] = YamlJson.Parse(parameter) },
                    }
                )
            )
            .ShouldNotBeEmpty();

    [Theory]
    [MemberData(nameof(WrongValueTests.Keys), MemberType = typeof(WrongValueTests))]
    public void Schema_GivenAWrongKind_ShouldRefuseIt(string key)
    {
        Faults(With(key, new JsonObject())).ShouldNotBeEmpty();
        Faults(With(key, new JsonArray())).ShouldNotBeEmpty();
        Faults(With(key, null)).ShouldNotBeEmpty();
        Faults(With(key + "x", "1")).ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(WrongValueTests.OptionalSections), MemberType = typeof(WrongValueTests))]
    public void Schema_GivenASection_ShouldAcceptAnEmptyOneAndRefuseAValue(string key)
    {
        Faults(With(key, null)).ShouldBeEmpty();
        Faults(With(key, "hunter2")).ShouldNotBeEmpty();
        Faults(With(key, new JsonArray("hunter2"))).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("servers:")]
    [InlineData("servers: {}")]
    [InlineData("servers: {nas: {user: admin}}")]
    [InlineData("servers: {nas: {host: nas}}")]
    [InlineData("servers: {bridge: {host: nas, user: admin}}")]
    [InlineData("servers: {NAS: {host: nas, user: admin}}")]
    [InlineData("servers: {nas: uptime}")]
    [InlineData("servers: {nas: {host: nas, user: admin, actions: {set: uptime}}}")]
    [InlineData("servers: {nas: {host: nas, user: admin, actions: {a: {command: a, parameters: {P: text}}}}}")]
    [InlineData("servers: {nas: {host: nas, user: admin}}\nserver: {}")]
    public void Schema_GivenSomethingMissingOrMisnamed_ShouldRefuseIt(string yaml) =>
        Faults(YamlJson.Parse(yaml)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("defaults: {host: nas, user: admin}\nservers: {nas: }")]
    [InlineData("defaults: {user: admin}\nservers: {nas: {host: nas}}")]
    public void Schema_GivenDefaultsInPlaceOfAServersOwn_ShouldAcceptThem(string yaml) =>
        Faults(YamlJson.Parse(yaml)).ShouldBeEmpty();

    [Theory]
    [InlineData("mqtt.port", "\"1883\"")]
    [InlineData("mqtt.protocolVersion", "5")]
    [InlineData("mqtt.protocolVersion", "'5'")]
    [InlineData("mqtt.protocolVersion", "3.1.1")]
    [InlineData("mqtt.hosts", "broker:1884")]
    [InlineData("mqtt.hosts", "[broker, '[2001:db8::1]:1883', '2001:db8::1', 192.0.2.1]")]
    [InlineData("mqtt.responseTopics", "/a/+/b/#")]
    [InlineData("mqtt.responseTopics", "['#', +, a//b]")]
    [InlineData("mqtt.username", "1234")]
    [InlineData("mqtt.retain", "'false'")]
    [InlineData("shutdownTimeout", "0.5")]
    [InlineData("shutdownTimeout", "'0.5'")]
    [InlineData("servers.nas.password", "1234")]
    [InlineData("servers.nas.password", "true")]
    [InlineData("servers.nas.host", "2001:db8::1")]
    [InlineData("servers.nas.host", "fe80::1%eth0")]
    [InlineData("servers.nas.stdout", "line")]
    [InlineData("servers.nas.stdout", "false")]
    [InlineData("servers.nas.transfers", "'true'")]
    [InlineData("servers.nas.commands", "actions")]
    [InlineData("servers.nas.commands", "[uptime, 5]")]
    [InlineData("servers.nas.rateLimit", "30/min")]
    [InlineData("servers.nas.hostKey", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("servers.nas.algorithms.ciphers", "+aes128-cbc, aes256-cbc")]
    [InlineData("servers.nas.algorithms.hostKeys", "['^ssh-rsa', ssh-ed25519]")]
    [InlineData("servers.nas.actions.a", "uptime -p")]
    [InlineData("servers.nas.actions.a", "false")]
    [InlineData("servers.nas.actions.a", "")]
    [InlineData("servers.nas.actions.a", "{command: a, schedule: 5m}")]
    [InlineData("servers.nas.actions.a", "{command: a, schedule: 300}")]
    [InlineData("servers.nas.actions.a", "{command: a, schedule: 1h, sensor: {}}")]
    [InlineData(
        "servers.nas.actions.a",
        "{command: a, schedule: 1h, sensor: {unit: '%', deviceClass: battery, stateClass: total, valueTemplate: x, expireAfter: 2h}}"
    )]
    [InlineData("servers.nas.actions.a", "{command: a, schedule: {cron: 0 3 * * *}}")]
    [InlineData(
        "servers.nas.actions.a",
        "{command: a, parameters: {p: text, q: [on, 2], r: {type: integer, default: 1, min: '0'}}}"
    )]
    [InlineData("webConsole.url", "https://[::]:8443/")]
    [InlineData("webConsole.url", "http://localhost:0")]
    [InlineData("webConsole.hostNames", "[console.lan, nas]")]
    [InlineData("webConsole.origins", "[https://homeassistant.local:8123, http://192.0.2.1]")]
    [InlineData("webConsole.trustHostKeys", "false")]
    [InlineData("webConsole.files", "true")]
    [InlineData("webConsole.maxUploadMiB", "1048576")]
    [InlineData("group.instance", "2")]
    [InlineData("group.instance", "my pi.lan")]
    [InlineData("group.etcd.endpoints", "https://[2001:db8::1]:2379/")]
    [InlineData("group.etcd.endpoints", "['http://etcd-a:2379', 'http://etcd-b']")]
    [InlineData("group.etcd.prefix", "/a/b")]
    public void Schema_GivenAFormThatTheReaderAccepts_ShouldAcceptIt(string key, string value) =>
        Faults(With(key, YamlJson.Parse(value))).ShouldBeEmpty();

    /// <summary>Other pages show YAML of other programs.</summary>
    private static bool IsConfiguration(string yaml) =>
        YamlJson.Parse(yaml) is JsonObject root && root.All(pair => TopSettings.Table.Keys.Contains(pair.Key));

    /// <summary>The smallest configuration, with one value added or replaced.</summary>
    internal static JsonObject With(string key, JsonNode? value)
    {
        var root = YamlJson.Parse(ConfigurationFolder.Minimal).ShouldBeOfType<JsonObject>();
        var section = root;
        var names = key.Split('.');
        foreach (var name in names[..^1])
        {
            section[name] ??= new JsonObject();
            section = section[name]!.AsObject();
        }

        section[names[^1]] = value;
        return root;
    }

    private static List<string> Faults(JsonNode? configuration)
    {
        var element = JsonSerializer.SerializeToElement(configuration);
        var results = Schema.Evaluate(element, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? []
            :
            [
                .. (results.Details ?? []).SelectMany(detail =>
                    (detail.Errors ?? []).Select(error => $"{detail.InstanceLocation}: {error.Value}")
                ),
                "not valid",
            ];
    }

    /// <summary>The sign before a key that is commented out.</summary>
    [GeneratedRegex(@"(?m)(?<=^ *)# (?= *[a-z]\w+:)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Commented();

    [GeneratedRegex(@"(?m)^```yaml\n(?<yaml>.*?)^```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, MostMilliseconds)]
    private static partial Regex Yaml();
}

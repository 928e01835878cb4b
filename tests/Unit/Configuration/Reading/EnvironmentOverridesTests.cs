using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

public sealed class EnvironmentOverridesTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GivenVariables_ShouldOverrideAndAddKeys()
    {
        _folder.Environment["SSHMQTT__MQTT__HOST"] = "broker";
        _folder.Environment["sshmqtt__mqtt__TLS__enabled"] = "true";
        _folder.Environment["SSHMQTT__MQTT__RESPONSETOPICS"] = "a/#, b/+/c";
        _folder.Environment["SSHMQTT__DEFAULTS__STDOUT"] = "line";
        _folder.Environment["SSHMQTT__SERVERS__NAS__PASSWORD"] = "null";
        _folder.Environment["SSHMQTT__LOGLEVEL"] = "debug";

        var options = _folder.LoadGood(ConfigurationFolder.Minimal + "mqtt: {host: localhost}");

        options.Mqtt.Brokers.ShouldBe([new BrokerAddress("broker", 8883)]);
        options.Mqtt.ResponseTopics.ShouldBe(["a/#", "b/+/c"]);
        options.LogLevel.ShouldBe(Microsoft.Extensions.Logging.LogLevel.Debug);
        var server = options.Servers.ShouldHaveSingleItem();
        server.Password.ShouldBe(new Secret("null"));
        server.StandardOutput.ShouldBe(StandardOutputMode.ByLine);
    }

    [Theory]
    [InlineData("my-nas", "MY_NAS")]
    [InlineData("my_nas", "MY_NAS")]
    [InlineData("my-nas", "my-nas")]
    [InlineData("a__b", "A__B")]
    [InlineData("my--nas", "MY__NAS")]
    public void Load_GivenAnId_ShouldFindItsServer(string id, string written)
    {
        _folder.Environment[$"SSHMQTT__SERVERS__{written}__PORT"] = "2222";

        var server = _folder.LoadGood($"servers: {{{id}: {{host: a, user: b}}}}").Servers.ShouldHaveSingleItem();

        server.Id.ShouldBe(id);
        server.Port.ShouldBe(2222);
    }

    [Fact]
    public void Load_GivenAServerThatTheFileLacks_ShouldAddIt()
    {
        _folder.Environment["SSHMQTT__SERVERS__MY_NAS__HOST"] = "a";
        _folder.Environment["SSHMQTT__SERVERS__MY_NAS__USER"] = "b";

        _folder.LoadGood("mqtt:").Servers.ShouldHaveSingleItem().Id.ShouldBe("my_nas");
    }

    [Fact]
    public void Load_GivenAnIdThatFitsTwoServers_ShouldNotGuess()
    {
        _folder.Environment["SSHMQTT__SERVERS__A_B_C__PORT"] = "2222";

        var fault = _folder.LoadFault("servers: {a-b_c: {host: a, user: b}, a_b-c: {host: a, user: b}}");

        fault.Path.ShouldBe("SSHMQTT__SERVERS__A_B_C__PORT");
        fault.Message.ShouldBe("is ambiguous: it matches the servers a-b_c, a_b-c; set it in the file");
    }

    [Fact]
    public void Load_GivenTwoVariablesForOneKey_ShouldNotGuess()
    {
        _folder.Environment["SSHMQTT__MQTT__HOST"] = "a";
        _folder.Environment["SSHMQTT__mqtt__host"] = "b";

        _folder
            .LoadFault(ConfigurationFolder.Minimal)
            .Message.ShouldBe("sets the same key as SSHMQTT__MQTT__HOST; keep one of them");
    }

    [Theory]
    [InlineData("SSHMQTT__MQTT__HOTS", "does not match any setting: 'HOTS' is an unknown key; did you mean 'hosts'?")]
    [InlineData("SSHMQTT__MQTT__HOST__NAME", "does not match any setting: mqtt.host is a single value")]
    [InlineData("SSHMQTT__MQTT", "is the name of a section, mqtt; append __ and one of its keys")]
    [InlineData("SSHMQTT__SERVERS", "is the name of a section, servers; append __ and one of its keys")]
    [InlineData(
        "SSHMQTT__SERVERS__NAS",
        "is the name of a server; append __ and one of its keys, for example SSHMQTT__SERVERS__NAS__HOST"
    )]
    [InlineData(
        "SSHMQTT__SERVERS__NAS__PASSWRD",
        "does not match any setting: 'PASSWRD' is an unknown key; did you mean 'password'?"
    )]
    [InlineData("SSHMQTT__", "does not match any setting: '' is an unknown key. Valid: mqtt, files")]
    public void Load_GivenAVariableThatNamesNothing_ShouldNameItAndNotItsValue(string variable, string message)
    {
        _folder.Environment[variable] = "hunter2";

        var fault = _folder.LoadFault(ConfigurationFolder.Minimal);

        fault.Path.ShouldBe(variable);
        fault.Message.ShouldStartWith(message);
        fault.ToString().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("SSHMQTT__MQTT__HOST", "")]
    [InlineData("SSHMQTT__MQTT__HOST", null)]
    [InlineData("SSHMQTT_MQTT_HOST", "x y")]
    [InlineData("PATH", "/bin")]
    public void Load_GivenAnEmptyOrOtherVariable_ShouldIgnoreIt(string variable, string? value)
    {
        _folder.Environment[variable] = value;

        _folder.LoadGood(ConfigurationFolder.Minimal).Mqtt.Brokers[0].Host.ShouldBe("localhost");
    }

    [Fact]
    public void Load_GivenAnAnchorSharedByServers_ShouldOverrideOneServerOnly()
    {
        _folder.Environment["SSHMQTT__SERVERS__A__PORT"] = "2222";

        var options = _folder.LoadGood("servers: {a: &a {host: a, user: b}, c: *a}");

        options.Servers.Select(server => server.Port).ShouldBe([2222, 22]);
    }

    [Fact]
    public void Load_GivenASecretInTheEnvironmentAndAFileInTheFile_ShouldUseTheEnvironment()
    {
        _folder.Environment["SSHMQTT__SERVERS__NAS__PASSWORD"] = "secret";

        var server = _folder.LoadGood(ConfigurationFolder.Minimal + "    passwordFile: missing\n").Servers.ShouldHaveSingleItem();

        server.Password.ShouldBe(new Secret("secret"));
    }
}

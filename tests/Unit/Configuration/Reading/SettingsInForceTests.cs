using SshMqttBridge.Configuration;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

public sealed class SettingsInForceTests : IDisposable
{
    private const string Secret = "correct-horse-battery";

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfBridge_GivenAFile_ShouldSayWhereEachValueComesFrom()
    {
        _folder.Environment["SSHMQTT__MQTT__PORT"] = "1884";
        var settings = Load(
            """
            webConsole:
              enabled: true
              hostNames: [a.example, b.example]
            mqtt:
              host: broker.example

            """ + ConfigurationFolder.Minimal
        );

        settings.File.ShouldBe(_folder.File);
        Find(settings.OfBridge(), "mqtt", "host").ShouldBe(("broker.example", ValueSource.File, "line 5, column 9"));
        Find(settings.OfBridge(), "mqtt", "port")
            .ShouldBe(("1884", ValueSource.Environment, "environment variable SSHMQTT__MQTT__PORT"));
        Find(settings.OfBridge(), "mqtt", "baseTopic").ShouldBe(("ssh", ValueSource.Default, null));
        Find(settings.OfBridge(), "mqtt.tls", "verify").ShouldBe(("true", ValueSource.Default, null));
        Find(settings.OfBridge(), "webConsole", "hostNames").Value.ShouldBe("a.example, b.example");
        Find(settings.OfBridge(), "", "logLevel").ShouldBe(("information", ValueSource.Default, null));
        settings
            .OfBridge()
            .ShouldNotContain(section => section.Path.StartsWith("servers") || section.Path.StartsWith("defaults"));
    }

    [Fact]
    public void OfServer_GivenDefaults_ShouldSayWhetherTheValueIsTheServersOwn()
    {
        _folder.Environment["SSHMQTT__SERVERS__NAS__KEEPALIVE"] = "20";
        var settings = Load(
            """
            webConsole: {enabled: true}
            defaults:
              user: bridge
              port: 2222
              algorithms: {ciphers: [aes256-ctr]}
              actions:
                uptime: uptime
                off: {command: poweroff, schedule: 1h, confirm: Really?}
            servers:
              nas:
                host: nas.example
                port: 22
                actions:
                  uptime: false
                  greet: {command: echo "$name", parameters: {name: {type: text, default: you}}}
              pi: {host: pi.example}
            """
        );

        var nas = settings.OfServer("nas").ShouldNotBeNull();
        Find(nas, "servers.nas", "host").ShouldBe(("nas.example", ValueSource.File, "line 11, column 11"));
        Find(nas, "servers.nas", "port").Source.ShouldBe(ValueSource.File);
        Find(nas, "servers.nas", "user").ShouldBe(("bridge", ValueSource.FileDefaults, "line 3, column 9"));
        Find(nas, "servers.nas", "keepAlive").Source.ShouldBe(ValueSource.Environment);
        Find(nas, "servers.nas", "queueLimit").Source.ShouldBe(ValueSource.Default);
        Find(nas, "servers.nas.algorithms", "ciphers").ShouldBe(("aes256-ctr", ValueSource.FileDefaults, "line 5, column 25"));
        Find(nas, "defaults.actions.off", "schedule").Value.ShouldBe("1h");
        Find(nas, "defaults.actions.off", "confirm").Value.ShouldBe("Really?");
        Find(nas, "servers.nas.actions.greet.parameters.name", "default").Value.ShouldBe("you");
        nas.ShouldNotContain(section => section.Path.EndsWith("uptime"));
        var pi = settings.OfServer("pi").ShouldNotBeNull();
        Find(pi, "servers.pi", "port").ShouldBe(("2222", ValueSource.FileDefaults, "line 4, column 9"));
        Find(pi, "defaults.actions.uptime", "command").ShouldBe((null, ValueSource.FileDefaults, "line 7, column 13"));
        settings.OfServer("unknown").ShouldBeNull();
    }

    [Fact]
    public void Settings_GivenSecrets_ShouldNotContainThem()
    {
        _folder.Environment["SSHMQTT__SERVERS__PI__PASSWORD"] = Secret;
        var settings = Load(
            $$"""
            webConsole: {enabled: true}
            mqtt: {username: bridge, password: {{Secret}}}
            defaults: {passphrase: {{Secret}}}
            servers:
              nas:
                host: nas.example
                user: admin
                password: {{Secret}}
                actions:
                  call: curl -u {{Secret}} https://example.org
                  lamp: {on: "echo {{Secret}}", off: "echo {{Secret}}", state: "echo {{Secret}}"}
              pi: {host: pi.example, user: admin}
            """
        );

        IReadOnlyList<SectionInForce>[] all = [settings.OfBridge(), settings.OfServer("nas")!, settings.OfServer("pi")!];
        foreach (var setting in all.SelectMany(sections => sections).SelectMany(section => section.Settings))
        {
            $"{setting}".ShouldNotContain(Secret);
        }

        Find(all[0], "mqtt", "password").ShouldBe((null, ValueSource.File, "line 2, column 36"));
        Find(all[0], "mqtt", "username").Value.ShouldBe("bridge");
        Find(all[1], "servers.nas", "password").ShouldBe((null, ValueSource.File, "line 8, column 15"));
        Find(all[1], "servers.nas", "passphrase").Source.ShouldBe(ValueSource.FileDefaults);
        Find(all[1], "servers.nas.actions.lamp", "on").Value.ShouldBeNull();
        Find(all[2], "servers.pi", "password")
            .ShouldBe((null, ValueSource.Environment, "environment variable SSHMQTT__SERVERS__PI__PASSWORD"));
        Find(all[2], "servers.pi", "passwordFile").ShouldBe(("none", ValueSource.Default, null));
    }

    [Fact]
    public void Settings_GivenNoWebConsole_ShouldNotBeKept() =>
        _folder.LoadGood(ConfigurationFolder.Minimal).Settings.ShouldBeNull();

    private ISettingsInForce Load(string yaml) => _folder.LoadGood(yaml).Settings.ShouldNotBeNull();

    private static (string? Value, ValueSource Source, string? Origin) Find(
        IReadOnlyList<SectionInForce> sections,
        string path,
        string name
    )
    {
        var setting = sections.Single(section => section.Path == path).Settings.Single(setting => setting.Name == name);
        setting.Description.ShouldNotBeEmpty();
        return (setting.Value, setting.Source, setting.Origin);
    }
}

using System.Text.Json.Nodes;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using YamlDotNet.RepresentationModel;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The files of examples/high-availability.</summary>
public sealed class HighAvailabilityTests : IDisposable
{
    private const int NotAuthorised = 135;

    private static readonly string Examples = Path.Combine(Repository.Root, "examples", "high-availability");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bridge.yaml")]
    [InlineData("kubernetes.yaml")]
    public async Task Configuration_GivenTheProgram_ShouldBeValidWithoutWarnings(string name)
    {
        WriteSecrets(_folder);
        var text = name == "bridge.yaml" ? Read(name) : ConfigMap().Replace("/secrets/", _folder.Path + "/");
        var file = _folder.Write("bridge.yaml", text);

        var (status, output) = await BridgeProgram.RunAsync("check", "--config", file);

        status.ShouldBe(0, output);
        output.Trim().Split('\n').ShouldHaveSingleItem().ShouldStartWith("Configuration OK");
    }

    [ProgramFact("docker-compose")]
    public Task ComposeFile_GivenCompose_ShouldBeValid() =>
        ChildProcess.RunAsync("docker-compose", "--file", Path.Combine(Examples, "compose.yaml"), "config", "--quiet");

    [Fact]
    public void ComposeFile_GivenItsBridges_ShouldNameDifferentInstancesAndStates()
    {
        var services = (YamlMappingNode)Yaml(Read("compose.yaml"))[0]["services"];
        var bridges = services.Where(service => Text(service.Key) != "broker").Select(service => service.Value).ToArray();

        bridges.Length.ShouldBe(3);
        bridges.Select(bridge => Text(bridge["environment"]["SSHMQTT__GROUP__INSTANCE"])).ShouldBeUnique();
        bridges.Select(StateOf).ShouldBeUnique();
        // What is bound into the containers is in the folder, or is made as README.md says.
        var bound = services.SelectMany(service => Texts(service.Value["volumes"])).Where(volume => volume.StartsWith("./"));
        bound
            .Select(volume => volume.Split(':')[0][2..])
            .Where(file => !File.Exists(Path.Combine(Examples, file)))
            .Distinct()
            .ShouldBe(["mqtt-password", "id_bridge", "passwords"], ignoreOrder: true);

        static string StateOf(YamlNode bridge) => Texts(bridge["volumes"]).Single(volume => volume.EndsWith(":/state"));
    }

    /// <summary>
    /// kubectl checks a file against its schema only with a server. Without one, it reads the Deployment into its own types: a value of
    /// another type is an error, and a field that it does not know is missing in what it writes.
    /// </summary>
    [ProgramFact("kubectl")]
    public async Task Deployment_GivenKubectl_ShouldHaveOnlyFieldsThatItKnows()
    {
        var deployment = Yaml(Read("kubernetes.yaml"))[1];
        var file = _folder.Write("deployment.yaml", Read("kubernetes.yaml").Split("\n---\n")[1]);

        var output = await ChildProcess.RunAsync("kubectl", "set", "env", "--local", "-f", file, "-o", "json", "TEST=1");

        var known = Fields(JsonNode.Parse(output)!).ToHashSet(StringComparer.Ordinal);
        Fields(deployment).Where(field => !known.Contains(field)).ShouldBeEmpty();
    }

    [Fact]
    public void Deployment_GivenItsConfiguration_ShouldFitToIt()
    {
        var documents = Yaml(Read("kubernetes.yaml"));
        var (map, pod) = (documents[0], documents[1]["spec"]["template"]["spec"]);
        var configuration = Yaml(ConfigMap())[0];
        var container = ((YamlSequenceNode)pod["containers"]).Single();
        var mounts = ((YamlSequenceNode)container["volumeMounts"]).ToDictionary(mount => Text(mount["mountPath"]), Name);
        var volumes = ((YamlSequenceNode)pod["volumes"]).ToDictionary(Name, volume => volume);

        int.Parse(Text(pod["terminationGracePeriodSeconds"]))
            .ShouldBeGreaterThanOrEqualTo(int.Parse(Text(configuration["shutdownTimeout"])) + 10);
        Text(volumes[mounts["/config"]]["configMap"]["name"]).ShouldBe(Text(map["metadata"]["name"]));
        volumes[mounts["/secrets"]].AllNodes.ShouldContain(new YamlScalarNode("secret"));
        mounts.Keys.ShouldBe(["/config", "/secrets", "/state", "/files"], ignoreOrder: true);
        volumes.Keys.ShouldBe(mounts.Values, ignoreOrder: true);

        static string Name(YamlNode node) => Text(node["name"]);
    }

    /// <summary>The bridges and the broker with the files of the example; only addresses come from the environment.</summary>
    [Fact]
    public async Task Group_GivenTheFilesForTwoMachines_ShouldTakeOver()
    {
        var port = FreePort.Find();
        await using var broker = await StartBrokerAsync(port);
        await using var group = await StartGroupAsync(port);
        var leader = group.Leader!.Value.Instance;
        await group.ShouldBeAsync(group.Standby, "standby");
        var before = await group.Nas.ExecAsync("echo before", new { id = "one" });

        await group[leader].KillAsync();
        var next = await group.ShouldBeLedAsync(epoch: 2);
        var after = await group.Nas.ExecAsync("echo after");
        var again = await group.Nas.ExecAsync("echo again", new { id = "one" });

        (before.Out, after.Out).ShouldBe(("before\n", "after\n"));
        again.Status.ShouldBe("succeeded", again.Json);
        group.Nas.ResultsOf("one").Count.ShouldBe(2);
        next.ShouldNotBe(leader);
        await using var admin = await MqttProbe.ConnectAsync(port, User("admin"));
        foreach (var topic in (string[])["lease", "leader", "state", "info", "instances/pi-0", "commands/nas/1"])
        {
            (await admin.PublishAsync($"ssh/bridge/{topic}", "x", retain: true)).ShouldBe(NotAuthorised, topic);
        }
    }

    private static Task<BridgeGroup> StartGroupAsync(int port) => StartGroupAsync(port, SshdServer.StartNewAsync());

    private static async Task<BridgeGroup> StartGroupAsync(int port, Task<SshdServer> starting)
    {
        var sshd = await starting;
        var fingerprint = await sshd.FingerprintAsync("ed25519");
        string[] addresses =
        [
            "MQTT__HOST=127.0.0.1",
            $"MQTT__PORT={port}",
            $"DEFAULTS__USER={SshdServer.User}",
            .. ((string[])["NAS", "ROUTER"]).SelectMany(server =>
                (string[])
                    [
                        $"SERVERS__{server}__HOST=127.0.0.1",
                        $"SERVERS__{server}__PORT={sshd.Port}",
                        $"SERVERS__{server}__HOSTKEY={fingerprint}",
                    ]
            ),
        ];
        return await BridgeGroup.StartAsync(
            sshd,
            async instance =>
            {
                // Its topics are read by the one that may read all.
                var bridge = await BridgeHost.CreateAsync(Read("bridge.yaml"), port, User("ssh-bridge"));
                bridge.Folder.Write("mqtt-password", "ssh-bridge-password\n");
                bridge.Folder.Write("id_bridge", await File.ReadAllTextAsync(sshd.Key));
                bridge.Wrapper =
                [
                    "env",
                    .. addresses.Append($"GROUP__INSTANCE={instance}").Select(variable => $"SSHMQTT__{variable}"),
                ];
                return bridge;
            }
        );
    }

    private async Task<ChildProcess> StartBrokerAsync(int port)
    {
        var passwords = _folder.Write("ssh-mqtt-bridge.passwords", "");
        foreach (var user in (string[])["ssh-bridge", "admin"])
        {
            await ChildProcess.RunAsync("mosquitto_passwd", "-b", passwords, user, $"{user}-password");
        }

        _folder.Write("ssh-mqtt-bridge.acl", Read("mosquitto.acl"));
        var own = Read("mosquitto.conf")
            .Replace("listener 1883", $"listener {port} 127.0.0.1")
            .Replace("/etc/mosquitto/", _folder.Path + "/");
        // As in Debian's mosquitto.conf, which includes the example.
        var file = _folder.Write(
            "mosquitto.conf",
            $"user {Environment.UserName}\nlog_dest stderr\npersistence_location {_folder.Path}/\n{own}"
        );
        var broker = await ChildProcess.StartAsync("mosquitto", ["-c", file]);
        (await broker.WaitForLineAsync(line => line.EndsWith(" running", StringComparison.Ordinal))).ShouldBeTrue(broker.Output);
        return broker;
    }

    private static void WriteSecrets(TemporaryFolder folder)
    {
        folder.Write("mqtt-password", "secret\n");
        folder.Write("id_bridge", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    }

    private static ProbeOptions User(string name) => new() { UserName = name, Password = $"{name}-password" };

    private static string ConfigMap() => Text(Yaml(Read("kubernetes.yaml"))[0]["data"]["bridge.yaml"]);

    private static string Read(string name) => File.ReadAllText(Path.Combine(Examples, name));

    private static YamlNode[] Yaml(string text)
    {
        YamlStream yaml = [];
        yaml.Load(new StringReader(text));
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static IEnumerable<string> Texts(YamlNode node) => ((YamlSequenceNode)node).Select(Text);

    /// <summary>The paths of all fields, without the positions in lists.</summary>
    private static IEnumerable<string> Fields(YamlNode node, string path = "") =>
        node switch
        {
            YamlMappingNode map => map.SelectMany(pair => Fields(pair.Value, $"{path}/{Text(pair.Key)}")),
            YamlSequenceNode list => list.SelectMany(item => Fields(item, path)),
            _ => [path],
        };

    private static IEnumerable<string> Fields(JsonNode node, string path = "") =>
        node switch
        {
            JsonObject map => map.Where(pair => pair.Value is not null)
                .SelectMany(pair => Fields(pair.Value!, $"{path}/{pair.Key}")),
            JsonArray list => list.SelectMany(item => Fields(item!, path)),
            _ => [path],
        };
}

using System.Net;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

public sealed class GroupReaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("group:")]
    [InlineData("group: {}")]
    [InlineData("group: {etcd: }")]
    public void Load_GivenAnEmptySection_ShouldBeAGroupWithTheDefaults(string yaml)
    {
        var group = Load(yaml);

        group.ShouldBe(new GroupOptions { Instance = Dns.GetHostName() });
        group.Takeover.ShouldBe(TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public void Load_GivenEveryKey_ShouldReadEveryKey()
    {
        var group = Load(
            """
            group:
              instance: pi-2
              lease: etcd
              takeover: 2.5
              etcd: {endpoints: ["http://192.0.2.1:2379", "https://[2001:db8::1]:2379/"], prefix: /home/ssh}
            """
        );

        group.EtcdEndpoints.ShouldBe([new Uri("http://192.0.2.1:2379"), new Uri("https://[2001:db8::1]:2379")]);
        (group with { EtcdEndpoints = [] }).ShouldBe(
            new GroupOptions
            {
                Instance = "pi-2",
                Lease = LeaseKind.Etcd,
                Takeover = TimeSpan.FromSeconds(2.5),
                EtcdPrefix = "/home/ssh",
            }
        );
    }

    [Fact]
    public void Load_GivenAShardToo_ShouldReportIt()
    {
        var fault = Fault("group: {}\nshard: attic");

        fault.Path.ShouldBe("shard");
        fault.Message.ShouldStartWith("must not be set together with 'group'");
    }

    [Fact]
    public void Load_GivenOnlyTheEnvironment_ShouldBeAGroup()
    {
        _folder.Environment["SSHMQTT__GROUP__INSTANCE"] = "pi-3";
        _folder.Environment["SSHMQTT__GROUP__LEASE"] = "etcd";
        _folder.Environment["SSHMQTT__GROUP__ETCD__ENDPOINTS"] = "http://a:2379, http://b:2379";

        var group = Load("");

        group.Instance.ShouldBe("pi-3");
        group.EtcdEndpoints.ShouldBe([new Uri("http://a:2379"), new Uri("http://b:2379")]);
    }

    [Theory]
    [InlineData("instance: \"a\\nb\"", "group.instance", "must be one topic level")]
    [InlineData("{lease: etcd, etcd: {endpoints: 'http://a', prefix: \"/a\\tb\"}}", "group.etcd.prefix", "must begin with /")]
    [InlineData("lease: etcd", "group.etcd.endpoints", "is missing: 'lease: etcd' requires at least one URL")]
    [InlineData(
        "{lease: etcd, takeover: 2.4, etcd: {endpoints: 'http://a'}}",
        "group.takeover",
        "must be at least 2.5 with 'lease: etcd'"
    )]
    [InlineData("{lease: etcd, etcd: {prefix: /a}}", "group.etcd.endpoints", "is missing")]
    [InlineData("{lease: etcd, etcd: {endpoints: []}}", "group.etcd.endpoints", "must contain at least one value")]
    [InlineData("etcd: {endpoints: 'http://a'}", "group.etcd", "is set without 'lease: etcd'; set it, too, or remove 'etcd'")]
    [InlineData("{lease: broker, etcd: {prefix: /a}}", "group.etcd", "is set without 'lease: etcd'")]
    public void Load_GivenWhatDoesNotFit_ShouldReportIt(string settings, string path, string message)
    {
        var fault = Fault($"group: {Mapping(settings)}");

        fault.Path.ShouldBe(path);
        fault.Message.ShouldStartWith(message);
    }

    [Fact]
    public void Load_GivenNoRetainedMessages_ShouldReportIt()
    {
        var fault = Fault("mqtt: {retain: false}\ngroup: {}");

        fault.Path.ShouldBe("group");
        fault.Message.ShouldStartWith("requires retained messages, but 'mqtt.retain' is false");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/b", "'a/b'")]
    public void Read_GivenAHostNameThatIsNoTopicLevel_ShouldAskForTheInstance(string hostName, string quoted)
    {
        var fault = Faults("{}", hostName).ShouldHaveSingleItem();

        fault.Path.ShouldBe("group.instance");
        fault.Message.ShouldStartWith("is missing: the host's name must be one topic level");
        fault.Message.ShouldEndWith($", not {quoted}; set 'instance' to a name that is unique in the group");
        Faults("{instance: pi-1}", hostName).ShouldBeEmpty();
    }

    private GroupOptions Load(string yaml) => _folder.LoadGood(ConfigurationFolder.Minimal + yaml).Group.ShouldNotBeNull();

    private ConfigurationFault Fault(string yaml) => _folder.LoadFault(ConfigurationFolder.Minimal + yaml);

    private static IReadOnlyList<ConfigurationFault> Faults(string group, string hostName)
    {
        var diagnostics = new ConfigurationDiagnostics();
        var root = YamlTree.Read("bridge.yaml", $"group: {group}", diagnostics).ShouldNotBeNull();
        var context = new ReadingContext(diagnostics, "/", "/");
        GroupReader.Read(new SectionReader(context, TopSettings.Table, new SectionLayer("", root)), new MqttOptions(), hostName);
        return diagnostics.Faults;
    }

    private static string Mapping(string settings) => settings.StartsWith('{') ? settings : $"{{{settings}}}";
}

using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>Row 38 of the faults: invalid values of every kind for every key, from the file and from the environment.</summary>
public sealed class WrongValueTests : IDisposable
{
    private const string Seconds = "must be a number of seconds from ";
    private const string Flag = "must be true or false, not ";
    private const string Host = "must be a host name or an address";
    private const string Level = "must be one topic level of 1–64 characters, without /, +, # or control characters, not ";
    private const string Endpoint = "must be an http or https URL without path, query or user";
    private const string Prefix = "must begin with / and not end with /";

    private static readonly string[] MayBeEmpty =
    [
        "mqtt",
        "mqtt.tls",
        "files",
        "audit",
        "homeAssistant",
        "webConsole",
        "metrics",
        "group",
        "group.etcd",
        "defaults",
        "servers.nas.actions",
        "servers.nas.algorithms",
    ];

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Key, value, and how the fault's message begins.</summary>
    public static TheoryData<string, string, string> WrongValues { get; } =
        new()
        {
            { "stateDirectory", "''", "must be the name of a file or folder, not empty" },
            { "shard", "Attic", "must be 1–64 of the characters a-z, 0-9, _ and -, not 'Attic'" },
            { "shard", "a/b", "must be 1–64 of the characters" },
            { "shard", "''", "must be 1–64 of the characters" },
            { "shutdownTimeout", "10s", Seconds + "0 to 3600, without a unit, not '10s'" },
            { "shutdownTimeout", "-1", Seconds },
            { "shutdownTimeout", "3601", Seconds },
            { "shutdownTimeout", "1e3", Seconds },
            { "shutdownTimeout", "1,5", Seconds },
            { "shutdownTimeout", "NaN", Seconds },
            { "shutdownTimeout", ".inf", Seconds },
            { "shutdownTimeout", "99999999999999999999999999999999999999999", Seconds },
            { "logLevel", "verbose", "must be trace, debug, information, warning or error, not 'verbose'" },
            { "logFormat", "xml", "must be text or json, not 'xml'" },
            { "metrics.enabled", "1", "must be true or false" },
            { "metrics.url", "https://127.0.0.1:9405", "must begin with http://" },
            { "metrics.url", "http://nas.lan", "must be an address of this machine" },
            { "watchConfiguration", "sometimes", "must be true or false, not 'sometimes'" },
            { "files.baseDirectory", "''", "must be the name of a file or folder" },
            { "homeAssistant.enabled", "yes", Flag + "'yes'" },
            { "homeAssistant.discoveryPrefix", "''", "must have at least one topic level, not empty" },
            { "homeAssistant.discoveryPrefix", "a/+", "must not contain a wildcard" },
            { "homeAssistant.discoveryPrefix", "homeassistant/", "must be topic levels separated by single slashes" },
            { "homeAssistant.discoveryPrefix", "$SYS", "must not begin with $" },
            { "mqtt.host", "''", Host + ", not empty" },
            { "mqtt.host", "mqtt://broker", Host + " alone, without scheme, user or port" },
            { "mqtt.host", "broker:1883", Host + " alone" },
            { "mqtt.host", "a host", Host },
            { "mqtt.host", "a..b", Host },
            { "mqtt.host", "-a", Host },
            { "mqtt.host", "'[::1]'", "must be an IPv6 address without brackets" },
            { "mqtt.port", "abc", "must be a whole number from 1 to 65535, not 'abc'" },
            { "mqtt.port", "0", "must be a whole number from 1 to 65535, not '0'" },
            { "mqtt.port", "65536", "must be a whole number from 1 to 65535" },
            { "mqtt.port", "-1", "must be a whole number" },
            { "mqtt.port", "1883.0", "must be a whole number" },
            { "mqtt.port", "0x10", "must be a whole number" },
            { "mqtt.port", "18446744073709551617", "must be a whole number" },
            { "mqtt.port", "''", "must be a whole number from 1 to 65535, not empty" },
            { "mqtt.username", "''", "must be 1–256 characters" },
            { "mqtt.password", "''", "must not be empty" },
            { "mqtt.passwordFile", "missing", "%/missing does not exist" },
            { "mqtt.passwordFile", ".", "% is a folder, not a file" },
            { "mqtt.clientId", "''", "must be 1–256 characters" },
            { "mqtt.protocolVersion", "4", "must be 5 or 3.1.1, not '4'" },
            { "mqtt.baseTopic", "''", "must have at least one topic level, not empty" },
            { "mqtt.baseTopic", "/ssh", "must be topic levels separated by single slashes" },
            { "mqtt.baseTopic", "ssh/", "must be topic levels separated by single slashes" },
            { "mqtt.baseTopic", "a//b", "must be topic levels separated by single slashes" },
            { "mqtt.baseTopic", "a/+", "must not contain a wildcard" },
            { "mqtt.baseTopic", "'a/#'", "must not contain a wildcard" },
            { "mqtt.baseTopic", "$SYS", "must not begin with $" },
            { "mqtt.responseTopics", "$SYS/a", "must not begin with $" },
            { "mqtt.responseTopics", "'a/#/b'", "must be a topic filter, with # only as the last level" },
            { "mqtt.responseTopics", "'a/b#'", "must be a topic filter, with # only as the last level" },
            { "mqtt.responseTopics", "'a/+b/c'", "must be a topic filter, with + only as a whole level" },
            { "mqtt.hosts", "mqtt://broker", "must be a host name or an address, with or without a port" },
            { "mqtt.hosts", "'[::1'", "must be a host name or an address, with or without a port" },
            { "mqtt.hosts", "broker:0", "must have a port from 1 to 65535 after the last ':'" },
            { "mqtt.hosts", "'broker:'", "must have a port from 1 to 65535 after the last ':'" },
            { "mqtt.hosts", "'[::1]:x'", "must have a port from 1 to 65535 after the last ':'" },
            { "mqtt.transport", "udp", "must be tcp or websocket, not 'udp'" },
            { "mqtt.path", "mqtt", "must be the path of a WebSocket endpoint and begin with /" },
            { "mqtt.path", "'/mqtt#a'", "must be the path of a WebSocket endpoint" },
            { "mqtt.retain", "no", Flag + "'no'" },
            { "mqtt.keepAlive", "0", "must be a whole number of seconds from 1 to 65535, not '0'" },
            { "mqtt.keepAlive", "65536", "must be a whole number of seconds" },
            { "mqtt.keepAlive", "5.5", "must be a whole number of seconds" },
            { "mqtt.tls.enabled", "yes", Flag + "'yes'" },
            { "mqtt.tls.serverName", "broker:8883", Host + " alone" },
            { "mqtt.tls.verify", "off", Flag + "'off'" },
            { "mqtt.tls.caFile", "missing.pem", "%/missing.pem does not exist" },
            { "mqtt.tls.certificateFile", "missing.pem", "%/missing.pem does not exist" },
            { "mqtt.tls.keyFile", "missing.pem", "%/missing.pem does not exist" },
            { "servers.nas.host", "''", Host },
            { "servers.nas.host", "admin@nas", Host + " alone" },
            { "servers.nas.port", "ssh", "must be a whole number from 1 to 65535, not 'ssh'" },
            { "servers.nas.port", "65536", "must be a whole number" },
            { "servers.nas.user", "''", "must be a user name of 1 to 256 characters" },
            { "servers.nas.password", "''", "must not be empty" },
            { "servers.nas.passwordFile", "missing", "%/missing does not exist" },
            { "servers.nas.passwordFile", "/dev/tty", "/dev/tty " },
            { "servers.nas.privateKeyFile", "missing", "%/missing does not exist" },
            { "servers.nas.privateKeyFile", "bridge.yaml", "%/bridge.yaml is not a private key in PEM, OpenSSH or PuTTY format" },
            { "servers.nas.passphrase", "''", "must not be empty" },
            { "servers.nas.passphraseFile", "missing", "%/missing does not exist" },
            { "servers.nas.certificateFile", "missing", "%/missing does not exist" },
            { "servers.nas.agent", "auto", Flag + "'auto'" },
            { "servers.nas.hostKey", "accept", "must be accept-new, strict, or a fingerprint" },
            { "servers.nas.hostKey", "SHA256:abc", "must be accept-new, strict, or a fingerprint" },
            { "servers.nas.hostKey", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV", "must be accept-new" },
            { "servers.nas.hostKey", "SHA256:47DEQpj8HBSa-_TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "must be accept-new" },
            { "servers.nas.hostKey", "MD5:00:11:22", "must be accept-new" },
            { "servers.nas.stdout", "lines", "must be true, false or line, not 'lines'" },
            { "servers.nas.lineSeparator", '"' + new string('x', 257) + '"', "must not be longer than 256 characters" },
            { "servers.nas.persistentConnection", "1", Flag },
            { "servers.nas.reportSchedules", "last", Flag },
            { "servers.nas.shutdownWhenInactive", "off", Flag },
            { "servers.nas.queueLimit", "0", "must be a whole number from 1 to 10000, not '0'" },
            { "servers.nas.queueLimit", "10001", "must be a whole number" },
            { "servers.nas.maxOutputBytes", "-1", "must be a whole number of bytes from 0 to 67108864, not '-1'" },
            { "servers.nas.maxOutputBytes", "1MB", "must be a whole number of bytes" },
            { "servers.nas.maxOutputBytes", "67108865", "must be a whole number of bytes" },
            { "servers.nas.connectTimeout", "0", Seconds + "0.1 to 600, without a unit, not '0'" },
            { "servers.nas.connectTimeout", "601", Seconds },
            { "servers.nas.keepAlive", "0", Seconds + "0.1 to 3600" },
            { "servers.nas.keepAliveCount", "0", "must be a whole number from 1 to 100" },
            { "servers.nas.keepAliveCount", "1.5", "must be a whole number from 1 to 100" },
            { "servers.nas.transferTimeout", "never", Seconds + "0.1 to 86400" },
            { "servers.nas.idleTimeout", "-0.1", Seconds + "0 to 86400" },
            { "servers.nas.commands", "action", "must be any, actions or a list of regular expressions, not 'action'" },
            { "servers.nas.commands", "''", "must be any, actions or a list of regular expressions, not empty" },
            { "servers.nas.transfers", "both", "must be true, false, get or put, not 'both'" },
            {
                "servers.nas.rateLimit",
                "30",
                "must be none, or a number from 1 to 1000000 and /s, /min or /h, for example 30/min, not '30'"
            },
            { "servers.nas.rateLimit", "0/min", "must be none" },
            { "servers.nas.rateLimit", "-1/s", "must be none" },
            { "servers.nas.rateLimit", "1000001/s", "must be none" },
            { "servers.nas.rateLimit", "5/day", "must be none" },
            { "servers.nas.rateLimit", "1.5/s", "must be none" },
            { "servers.nas.rateLimit", "1/s/s", "must be none" },
            { "servers.nas.exitStatus", "none", "must be required or optional, not 'none'" },
            { "servers.nas.stop", "never", "must be auto or signal, not 'never'" },
            { "servers.nas.sshLibrary", "openssh", "must be sshnet or libssh, not 'openssh'" },
            { "servers.nas.algorithms.hostKeys", "rot13", "SSH.NET does not support 'rot13'. Valid: ssh-ed25519" },
            { "servers.nas.algorithms.keyExchange", "+rot13", "SSH.NET does not support 'rot13'. Valid: mlkem768x25519-sha256" },
            {
                "servers.nas.algorithms.ciphers",
                "aes128-cbd",
                "SSH.NET does not support 'aes128-cbd'; did you mean 'aes128-cbc'?"
            },
            { "servers.nas.algorithms.macs", "hmac-sha1,rot13", "SSH.NET does not support 'rot13'. Valid: hmac-sha2-256-etm" },
            { "servers.nas.algorithms.signatures", "^rot13", "SSH.NET does not support 'rot13'. Valid: ssh-ed25519" },
            { "webConsole.enabled", "on", Flag + "'on'" },
            {
                "webConsole.url",
                "8080",
                "must be the address to listen on, for example http://127.0.0.1:8080 or https://[::]:8443, without a path"
            },
            { "webConsole.url", "http://nas.lan", "must be an address of this machine" },
            { "webConsole.hostNames", "http://x", "must be a host name, for example" },
            { "webConsole.origins", "ha.example", "must be the origin of a page, for example" },
            { "webConsole.origins", "https://ha.example/lovelace", "must be the origin of a page, for example" },
            { "webConsole.origins", "https://user@ha.example", "must be the origin of a page, for example" },
            { "webConsole.origins", "ftp://ha.example", "must be the origin of a page, for example" },
            { "webConsole.trustHostKeys", "yes", Flag + "'yes'" },
            { "webConsole.files", "yes", "must be auto, true or false, not 'yes'" },
            { "webConsole.maxUploadMiB", "0", "must be a whole number of MiB from 1 to 1048576, not '0'" },
            { "webConsole.maxUploadMiB", "1 GiB", "must be a whole number of MiB from 1 to 1048576" },
            { "webConsole.tokenFile", "''", "must be the name of a file or folder, not empty" },
            { "webConsole.certificateFile", "''", "must be the name of a file or folder, not empty" },
            { "webConsole.keyFile", "''", "must be the name of a file or folder, not empty" },
            { "webConsole.allowPlainHttp", "maybe", Flag + "'maybe'" },
            { "group.instance", "''", Level + "empty" },
            { "group.instance", "a/b", Level + "'a/b'" },
            { "group.instance", "pi+", Level },
            { "group.instance", "'#'", Level },
            { "group.instance", new string('x', 65), Level },
            { "group.lease", "consul", "must be broker or etcd, not 'consul'" },
            { "group.takeover", "1.4", Seconds + "1.5 to 60, without a unit, not '1.4'" },
            { "group.takeover", "60.1", Seconds },
            { "group.takeover", "2s", Seconds },
            { "group.etcd.endpoints", "192.0.2.1:2379", Endpoint + ", for example http://192.0.2.1:2379, not '192.0.2.1:2379'" },
            { "group.etcd.endpoints", "etcd:2379", Endpoint },
            { "group.etcd.endpoints", "ftp://etcd", Endpoint },
            { "group.etcd.endpoints", "http://etcd:2379/v3", Endpoint },
            { "group.etcd.endpoints", "http://etcd:2379?a=b", Endpoint },
            { "group.etcd.endpoints", "http://etcd:2379#a", Endpoint },
            { "group.etcd.endpoints", "http://root@etcd:2379", Endpoint },
            { "group.etcd.endpoints", "''", Endpoint },
            { "group.etcd.prefix", "ssh", Prefix + ", and must not contain control characters, not 'ssh'" },
            { "group.etcd.prefix", "/ssh/", Prefix },
            { "group.etcd.prefix", "/", Prefix },
            { "audit.enabled", "on", Flag + "'on'" },
            { "audit.file", "''", "must be the name of a file or folder, not empty" },
            { "audit.commands", "sha256", "must be text, hash or none, not 'sha256'" },
            { "audit.maxBytes", "65535", "must be a whole number of bytes from 65536 to 1073741824, not '65535'" },
            { "audit.maxBytes", "10MB", "must be a whole number of bytes" },
            { "audit.files", "0", "must be a whole number from 1 to 100, not '0'" },
        };

    public static TheoryData<string> Keys { get; } = new(Leaves());

    public static TheoryData<string> OptionalSections { get; } = new(MayBeEmpty);

    public static TheoryData<string> Sections { get; } = new([.. MayBeEmpty, "servers", "servers.nas"]);

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void Load_GivenAnInvalidValue_ShouldNameTheValidValues(string key, string value, string message)
    {
        var loaded = _folder.Load(Yaml(key, value));

        loaded.Options.ShouldBeNull();
        ShouldHaveFault(loaded, key, message).Origin.ShouldNotBeNull().ShouldMatch("^line [0-9]+, column [0-9]+$");
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void Load_GivenAWrongValueInTheEnvironment_ShouldNameTheVariable(string key, string value, string message)
    {
        var text = value.Trim('\'', '"');
        var variable = "SSHMQTT__" + key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();
        _folder.Environment[variable] = text;
        _folder.Environment["SSHMQTT__MQTT__TLS__ENABLED"] = key == "mqtt.tls.enabled" ? text : "true";

        var loaded = _folder.Load(ConfigurationFolder.Minimal);

        if (text.Length == 0)
        {
            loaded.Faults.ShouldBeEmpty();
            return;
        }

        ShouldHaveFault(loaded, key, message).Origin.ShouldBe($"environment variable {variable}");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Load_GivenAMappingForAValue_ShouldReportIt(string key) =>
        MessageAt(key, "{a: hunter2}").ShouldBe("must be a single value, not a mapping");

    [Theory]
    [MemberData(nameof(Keys))]
    public void Load_GivenAListForAValue_ShouldReportIt(string key)
    {
        if (
            key
                is "mqtt.responseTopics"
                    or "mqtt.hosts"
                    or "servers.nas.commands"
                    or "webConsole.hostNames"
                    or "webConsole.origins"
                    or "group.etcd.endpoints"
            || key.StartsWith("servers.nas.algorithms.", StringComparison.Ordinal)
        )
        {
            MessageAt(key, "[]").ShouldStartWith("must contain at least one value");
            MessageAt(key + "[1]", "[a, [b]]", key).ShouldBe("must be a single value, not a list");
            return;
        }

        MessageAt(key, "[hunter2]").ShouldBe("must be a single value, not a list");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Load_GivenNoValue_ShouldReportIt(string key)
    {
        foreach (var nothing in (string[])["", "~", "null"])
        {
            MessageAt(key, nothing).ShouldStartWith("has no value");
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Load_GivenAMisspelledKey_ShouldSuggestTheCorrectOne(string key)
    {
        var name = key.Split('.')[^1];
        var wrong = key + "x";

        MessageAt(wrong, "1", wrong).ShouldBe($"unknown key; did you mean '{name}'?");
    }

    [Fact]
    public void InvalidValues_GivenEveryKey_ShouldCoverAllOfThem() =>
        Leaves().Except(WrongValues.Select(row => (string)row[0])).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Sections))]
    public void Load_GivenAValueForASection_ShouldReportIt(string key)
    {
        MessageAt(key, "hunter2").ShouldMatch("^must be a mapping.*, not a single value$");
        MessageAt(key, "[hunter2]").ShouldMatch("^must be a mapping.*, not a list$");
    }

    [Theory]
    [MemberData(nameof(OptionalSections))]
    public void Load_GivenAnEmptySection_ShouldUseTheDefaults(string key) => FaultsAt(key, "").ShouldBeEmpty();

    [Theory]
    [InlineData("bridge", "is reserved for the bridge's own topics")]
    [InlineData("NAS", "must be an id of 1 to 64 of the characters")]
    [InlineData("a.b", "must be an id")]
    [InlineData("'a/b'", "must be an id")]
    [InlineData("'+'", "must be an id")]
    [InlineData("\"a\\nb\"", "must be an id")]
    [InlineData("''", "must be an id")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "must be an id")]
    public void Load_GivenAnInvalidId_ShouldDescribeAValidOne(string id, string message)
    {
        var fault = _folder.LoadFault($"servers:\n  {id}: {{host: 192.0.2.10, user: admin}}\n");

        fault.Path.ShouldStartWith("servers");
        fault.Message.ShouldStartWith(message);
    }

    [Fact]
    public void Load_GivenAnUnknownKeyLikeNoOther_ShouldListTheKnownOnes() =>
        _folder
            .LoadFault(ConfigurationFolder.Minimal + "files: {whatsoever: 1}")
            .ToString()
            .ShouldBe("files.whatsoever: unknown key. Valid: baseDirectory (line 5, column 9)");

    [Theory]
    [InlineData("servers:")]
    [InlineData("servers: {}")]
    [InlineData("mqtt:\n  host: localhost")]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n...\n")]
    public void Load_GivenNoServer_ShouldSuggestOne(string yaml)
    {
        var fault = _folder.LoadFault(yaml);

        fault.Path.ShouldBe("servers");
        fault.Message.ShouldBe("no servers configured; add an id with 'host' and 'user' under it");
    }

    [Fact]
    public void Load_GivenAServerWithNothing_ShouldAskForHostAndUser() =>
        _folder.Load("servers:\n  nas:\n").Faults.Select(fault => fault.Path).ShouldBe(["servers.nas.host", "servers.nas.user"]);

    [Fact]
    public void Load_GivenOneOfTwoTlsFiles_ShouldAskForTheOther()
    {
        _folder.Write("a.pem", "PEM");

        var fault = _folder.LoadFault(ConfigurationFolder.Minimal + "mqtt: {tls: {enabled: true, certificateFile: a.pem}}");

        fault.Path.ShouldBe("mqtt.tls.keyFile");
        fault.Message.ShouldBe("is missing: it is required together with 'certificateFile'");
    }

    [Fact]
    public void Load_GivenAFaultInTheDefaults_ShouldReportItOnceAndThere()
    {
        var fault = _folder.LoadFault(
            """
            defaults: {port: 0}
            servers:
              a: {host: a, user: a}
              b: {host: b, user: b}
            """
        );

        fault.Path.ShouldBe("defaults.port");
    }

    [Fact]
    public void Load_GivenACertificateWithoutItsKey_ShouldReportIt()
    {
        _folder.Write("cert", "x");

        _folder.LoadFault(ConfigurationFolder.Minimal + "    certificateFile: cert").Path.ShouldBe("servers.nas.certificateFile");
    }

    [Fact]
    public void Load_GivenAPasswordWithoutUserName_ShouldReportIt() =>
        _folder.LoadFault(ConfigurationFolder.Minimal + "mqtt: {password: hunter2}").Path.ShouldBe("mqtt.username");

    /// <param name="message">How it begins; % is the folder.</param>
    private ConfigurationFault ShouldHaveFault(LoadedConfiguration loaded, string key, string message)
    {
        var fault = loaded.Faults.Where(fault => fault.Path == key).ShouldHaveSingleItem();
        fault.Message.ShouldStartWith(message.Replace("%", _folder.Path, StringComparison.Ordinal));
        return fault;
    }

    /// <summary>The message of the only fault at that path.</summary>
    private string MessageAt(string path, string value, string? key = null) =>
        FaultsAt(path, value, key).ShouldHaveSingleItem().Message;

    private IEnumerable<ConfigurationFault> FaultsAt(string path, string value, string? key = null) =>
        _folder.Load(Yaml(key ?? path, value)).Faults.Where(fault => fault.Path == path);

    private static IEnumerable<string> Leaves() =>
        ConfigurationKeys
            .Sections.Where(section => !section.Key.StartsWith("defaults", StringComparison.Ordinal))
            .Append(new("servers.nas", ConfigurationKeys.Server))
            .Append(new("servers.nas.algorithms", ConfigurationKeys.AlgorithmKeys))
            .SelectMany(section => section.Value.Select(key => section.Key.Length == 0 ? key : $"{section.Key}.{key}"))
            .Where(path =>
                !ConfigurationKeys.Sections.ContainsKey(path)
                && path is not (ConfigurationKeys.Servers or "servers.nas.actions" or "servers.nas.algorithms")
            );

    /// <summary>A configuration that is valid except for one key.</summary>
    internal static string Yaml(string key, string value)
    {
        var tls = key is "mqtt.tls" or "mqtt"
            ? ""
            : "  tls:\n" + (key == "mqtt.tls.enabled" ? "" : "    enabled: true\n") + Line("mqtt.tls", 4);
        var nas = key is "servers.nas" or "servers"
            ? ""
            : "  nas:\n"
                + (key == "servers.nas.host" ? "" : "    host: 192.0.2.10\n")
                + (key == "servers.nas.user" ? "" : "    user: admin\n")
                + Line("servers.nas", 4)
                + (key.StartsWith("servers.nas.algorithms.", StringComparison.Ordinal) ? "    algorithms:\n" : "")
                + Line("servers.nas.algorithms", 6);
        return Line("", 0)
            + (key == "mqtt" ? "" : "mqtt:\n" + Line("mqtt", 2) + tls)
            + (key == "files" ? "" : "files:\n" + Line("files", 2))
            + (key == "audit" ? "" : "audit:\n" + Line("audit", 2))
            + (key == "homeAssistant" ? "" : "homeAssistant:\n" + Line("homeAssistant", 2))
            + (key == "webConsole" ? "" : "webConsole:\n" + Line("webConsole", 2))
            + (key == "metrics" ? "" : "metrics:\n" + Line("metrics", 2))
            + (key == "group" ? "" : "group:\n" + Line("group", 2))
            + (key is "group" or "group.etcd" ? "" : "  etcd:\n" + Line("group.etcd", 4))
            + (key == "servers" ? "" : "servers:\n" + Line("servers", 2) + nas);

        string Line(string section, int indentation) =>
            section == (key.Contains('.', StringComparison.Ordinal) ? key[..key.LastIndexOf('.')] : "")
                ? $"{new string(' ', indentation)}{key[(key.LastIndexOf('.') + 1)..]}: {value}\n"
                : "";
    }
}

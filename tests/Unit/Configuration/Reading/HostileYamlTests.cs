using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>Any file results in faults, never in an exception, a hang or a stack overflow.</summary>
public sealed class HostileYamlTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("servers:\n\tnas:\n", "line 2")]
    [InlineData("servers: [", "line ")]
    [InlineData("servers: {a: b", "line ")]
    [InlineData("a: 'b", "line 1, column ")]
    [InlineData("a: b: c", "line 1, column ")]
    [InlineData("a: 1\n b: 2\n", "line ")]
    [InlineData("a: *nowhere", "line 1, column 4")]
    [InlineData("a: &a {b: *a}", "line 1, column 11")]
    [InlineData("- a\nb: c", "line ")]
    [InlineData("%YAML 9.9\n---\na: b", "line 1")]
    [InlineData("a: @b", "line 1, column 4")]
    [InlineData("a: \"\\q\"", "line 1, column ")]
    public void Load_GivenBrokenYaml_ShouldReportThePlace(string yaml, string place)
    {
        var fault = _folder.LoadFault(yaml);

        fault.Path.ShouldBe(_folder.File);
        fault.Message.ShouldStartWith("is not well-formed YAML: ");
        fault.Origin.ShouldNotBeNull().ShouldStartWith(place);
    }

    [Theory]
    [InlineData("just text", "must be a mapping with keys such as 'mqtt' and 'servers', not a single value")]
    [InlineData("[a, b]", "must be a mapping with keys such as 'mqtt' and 'servers', not a list")]
    [InlineData(
        "servers: {a: {host: b, user: c}}\n---\nmqtt: {}\n",
        "must contain one YAML document, not several separated by ---"
    )]
    public void Load_GivenYamlOfAnotherKind_ShouldDescribeWhatIsExpected(string yaml, string message) =>
        _folder.LoadFault(yaml).Message.ShouldBe(message);

    [Fact]
    public void Load_GivenAKeyTwice_ShouldReportEachAndItsPlace()
    {
        var loaded = _folder.Load("servers:\n  nas:\n    host: a\n    host: b\n    user: c\n  nas: {}\nservers: {}\n");

        loaded
            .Faults.Select(fault => fault.ToString())
            .ShouldBe([
                "servers.nas.host: appears twice; keep one of them (line 4, column 5)",
                "servers.nas: appears twice; keep one of them (line 6, column 3)",
                "servers: appears twice; keep one of them (line 7, column 1)",
            ]);
    }

    [Fact]
    public void Load_GivenAnchorsAndMergeKeys_ShouldFollowThem()
    {
        var options = _folder.LoadGood(
            """
            defaults: &defaults
              user: root
              port: &port 2222
            servers:
              a:
                <<: *defaults
                host: a
              b:
                <<: [{port: 23}, *defaults]
                host: b
              c: {host: c, port: *port}
            """
        );

        options.Servers.Select(server => (server.User, server.Port)).ShouldBe([("root", 2222), ("root", 23), ("root", 2222)]);
    }

    [Theory]
    [InlineData("? [a]\n: b\n", "(top level)", "must have text as keys, not a list")]
    [InlineData("<<: text\n", "<<", "must be a mapping or a list of mappings, not a single value")]
    [InlineData(
        "mqtt: {host: !secret hunter2}\n",
        "mqtt.host",
        "must not have a YAML tag such as !secret; text that begins with ! needs quotes"
    )]
    public void Load_GivenUnsupportedYaml_ShouldReportIt(string yaml, string path, string message)
    {
        var fault = _folder.Load(yaml + ConfigurationFolder.Minimal).Faults.ShouldHaveSingleItem();

        (fault.Path, fault.Message).ShouldBe((path, message));
    }

    [Fact]
    public void Load_GivenAnAliasBomb_ShouldNotExpandIt()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 100; i++)
        {
            var alias = $"*a{i - 1}";
            yaml.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat(alias, 9))}]\n");
        }

        yaml.Append("servers: *a99\n");

        _folder.Load(yaml.ToString()).Faults.Count.ShouldBe(101);
    }

    [Fact]
    public void Load_GivenAMergeBomb_ShouldStopAtItsSize()
    {
        var keys = string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"k{i}: 1"));
        var merges = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"m{i}: {{<<: *a}}\n"));

        _folder.LoadFault($"a: &a {{{keys}}}\n{merges}").Message.ShouldBe("is not well-formed YAML: more than 100000 values");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("&a [")]
    public void Load_GivenDeepNesting_ShouldStop(string level)
    {
        var yaml = string.Concat(Enumerable.Repeat(level, 100_000));

        _folder.LoadFault(yaml).Message.ShouldStartWith("is not well-formed YAML: nested deeper than ");
    }

    [Fact]
    public void Load_GivenATenMegabyteFile_ShouldRefuseIt()
    {
        var fault = _folder.LoadFault(string.Concat(Enumerable.Repeat("# ten megabytes\n", 10 << 16)));

        fault.Message.ShouldBe("exceeds the 1 MiB limit");
    }

    [Theory]
    [InlineData("servers: \xFF\n", "must be UTF-8 text", "line 1")]
    [InlineData("a: b\nservers: \xE9t\xE9\n", "must be UTF-8 text", "line 2")]
    [InlineData("a: b\n\0", "must be text without control characters", "line 2")]
    public void Load_GivenTextThatIsNotUtf8_ShouldReportTheLine(string latin1, string message, string line)
    {
        var fault = _folder.Load(Encoding.Latin1.GetBytes(latin1)).Faults.ShouldHaveSingleItem();

        (fault.Message, fault.Origin).ShouldBe((message, line));
    }

    [Fact]
    public void Load_GivenAByteOrderMarkAndCarriageReturns_ShouldReadOn() =>
        _folder.LoadGood("\uFEFF" + ConfigurationFolder.Minimal.ReplaceLineEndings("\r\n")).Servers.Count.ShouldBe(1);

    [Fact]
    public void Load_GivenAnyBytes_ShouldNeverThrow() =>
        Prop.ForAll<byte[]>(bytes => _folder.Load(bytes).Faults.Count > 0).QuickCheckThrowOnFailure();

    [Fact]
    public void Load_GivenAnyPiecesOfYaml_ShouldNeverThrow()
    {
        string[] pieces =
        [
            "servers",
            "nas",
            "host",
            "mqtt",
            ":",
            ": ",
            "\n",
            "\n  ",
            "\n    ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "<<: ",
            "!t ",
            "|\n",
            ">\n",
            "'",
            "\"",
            "#",
            "---\n",
            "...\n",
            "%TAG ",
            "\t",
            "~",
            "null",
            "\\",
            "0",
            "\u0085",
            "\uFEFF",
            "é",
        ];
        var yaml = Gen.Elements(pieces).ListOf().Select(list => string.Concat(list)).ToArbitrary();

        Prop.ForAll(yaml, text => _folder.Load(text).Options is null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60));
    }
}

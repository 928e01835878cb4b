using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;
using YamlDotNet.Core;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>Any value at any key: what the schema refuses, the reader refuses, and the other way round.</summary>
public sealed class SchemaAndReaderTests : IDisposable
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(ConfigurationSchema.Text());

    private static readonly string[] Keys = [.. ((IEnumerable<object[]>)WrongValueTests.Keys).Select(row => (string)row[0])];

    /// <summary>Values that are right for some settings, and wrong for others.</summary>
    private static readonly string[] Values =
    [
        .. ((IEnumerable<object[]>)WrongValueTests.WrongValues).Select(row => (string)row[1]),
        .. Enumerable.Range(-2, 5).Select(number => number.ToString(CultureInfo.InvariantCulture)),
        .. "0.1 0.05 1.5 60 100 101 255 256 257 600 1024 3600 10000 65535 65536 86400 604800 1048576 67108864 1073741824 99999999999".Split(
            ' '
        ),
        .. "true false 'true' none any actions auto required optional signal line text json hash get put tcp websocket sshnet".Split(
            ' '
        ),
        .. "libssh broker etcd strict accept-new debug warning 5 3.1.1 a ssh a/b /a/b a:b ssh/+/x '#' nas.lan 192.0.2.1 2001:db8::1".Split(
            ' '
        ),
        .. "'[2001:db8::1]:1883' broker:1883 http://127.0.0.1:8080 https://[::]:8443 http://etcd:2379 30/min 1/s é a_b _a".Split(
            ' '
        ),
        .. "[a] [] {} '' +aes128-ctr ssh-ed25519 '^ssh-ed25519' -aes128-ctr mlkem768x25519-sha256 hmac-sha2-256".Split(' '),
        "a b",
        "' '",
        "[a, b]",
        "[a, 1]",
        "[a, [b]]",
        "{a: b}",
        "\"a\\tb\"",
        "\"a\\nb\"",
        "\"\\u0001\"",
    ];

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Schema_GivenAnyValueAtAnyKey_ShouldAgreeWithTheReader(int seed)
    {
        Random random = new(seed);
        var compared = 0;
        for (var i = 0; i < 1000; i++)
        {
            var value = Values[random.Next(Values.Length)];
            value = random.Next(3) == 0 ? Mutated(value, random) : value;
            if (Compare(Keys[random.Next(Keys.Length)], value))
            {
                compared++;
            }
        }

        compared.ShouldBeGreaterThan(500);
    }

    /// <summary>The value with one character replaced, removed or added.</summary>
    private static string Mutated(string value, Random random)
    {
        const string Characters = "aZ09-_./:+#$,[]{}'\" é%@";
        var added = Characters[random.Next(Characters.Length)].ToString();
        var at = random.Next(value.Length + 1);
        return random.Next(3) switch
        {
            0 => value.Insert(at, added),
            _ when at == value.Length => added,
            1 => value.Remove(at, 1),
            _ => value.Remove(at, 1).Insert(at, added),
        };
    }

    /// <returns>False if a schema cannot see what the reader sees.</returns>
    private bool Compare(string key, string value)
    {
        if (!TryParse(value, out var json) || IsNumberInAnotherForm(value, json))
        {
            return false;
        }

        var faults = _folder.Load(WrongValueTests.Yaml(key, value)).Faults;
        var ofValue = faults
            .Where(fault => fault.Path.StartsWith(key, StringComparison.Ordinal) && !IsBeyondSchema(fault))
            .ToList();
        var element = JsonSerializer.SerializeToElement(ConfigurationSchemaTests.With(key, json));
        if (Schema.Evaluate(element).IsValid)
        {
            ofValue.ShouldBeEmpty($"the schema accepts {key}: {value}");
        }
        else
        {
            faults.ShouldNotBeEmpty($"the schema refuses {key}: {value}");
        }

        return true;
    }

    /// <summary>
    /// What only the reader can know: whether a file, with whose path the message then begins, is there; other settings; and the last
    /// bits of a fingerprint.
    /// </summary>
    private static bool IsBeyondSchema(ConfigurationFault fault) =>
        fault.Message.StartsWith('/')
        || fault.Message.StartsWith("must not be set together with ", StringComparison.Ordinal)
        || fault.Message.Contains("43 characters of base64", StringComparison.Ordinal);

    /// <summary>False for text that is no YAML in this place; the tests of the reader have those.</summary>
    private static bool TryParse(string value, out JsonNode? json)
    {
        try
        {
            json = YamlJson.Parse(value);
            return true;
        }
        catch (Exception exception)
            when (exception is YamlException or InvalidCastException or ArgumentException or FormatException or OverflowException)
        {
            json = null;
            return false;
        }
    }

    /// <summary>A schema sees numbers, not how they are written, and compares none in quotes.</summary>
    private static bool IsNumberInAnotherForm(string value, JsonNode? json) =>
        json?.GetValueKind() switch
        {
            JsonValueKind.Number => json.ToString() != value,
            JsonValueKind.String => double.TryParse(json.ToString(), CultureInfo.InvariantCulture, out _),
            _ => false,
        };
}

using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// What devices and entities are called. Ids stay the same as long as the base topic, the server's id and the action's name do, and no two of them are
/// the same, also with several bridges on one broker; they hold only <c>[a-zA-Z0-9_-]</c>.
/// </summary>
/// <param name="baseTopic">The bridge's base topic, by which it differs from others on its broker.</param>
internal sealed class DiscoveryNames(string baseTopic)
{
    private const string BridgeId = "bridge";

    /// <summary>A longer base topic, or one with other characters than these, is told by its hash: 16 digits, so that it is none of the short ones.</summary>
    private const int LongestPlainTopic = 15;

    // Without an underscore, so that the first one in an id ends it.
    private readonly string _root = RootOf(baseTopic);

    /// <summary>The device of the bridge itself; <c>bridge</c> is no server's id.</summary>
    public string Bridge => Device(BridgeId);

    /// <summary>A server's device: the last level but one of its discovery topic, and its identifier.</summary>
    public string Device(string serverId) => $"{_root}_{serverId}";

    /// <summary>An entity's <c>unique_id</c>. Component keys begin with a capital, and neither ids nor names of actions have any: so it can be taken apart in one way only.</summary>
    public static string UniqueId(string device, string componentKey) => $"{device}_{componentKey}";

    /// <summary>The entity id that Home Assistant is to take if it is free: lower case letters, digits and underscores.</summary>
    public static string EntityId(string platform, string device, string name) =>
        $"{platform}.{$"{device}_{name}".Replace('-', '_')}";

    private static string RootOf(string topic)
    {
        if (topic.Length <= LongestPlainTopic && topic.All(IsPlain))
        {
            return topic;
        }

        var words = string.Concat(topic.ToLowerInvariant().Where(IsPlain).Take(LongestPlainTopic));
        return words + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(topic)).AsSpan(0, 8));
    }

    private static bool IsPlain(char character) => character is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}

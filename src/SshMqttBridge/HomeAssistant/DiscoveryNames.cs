using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// Names of devices and entities. Ids depend only on the base topic, the server's id and the action's name. They are unique,
/// also with several bridges on one broker, and contain only <c>[a-zA-Z0-9_-]</c>.
/// </summary>
/// <param name="baseTopic">The bridge's base topic, which it shares only with other shards.</param>
/// <param name="shard">The name of this bridge among them; null: it is no shard.</param>
internal sealed class DiscoveryNames(string baseTopic, string? shard = null)
{
    private const string BridgeId = "bridge";

    /// <summary>
    /// A longer base topic, or one with other characters, gets a hash of 16 digits, so that it differs from any short one.
    /// </summary>
    private const int MaximumPlainTopicLength = 15;

    // Without an underscore, so that the first one in an id marks its end.
    private readonly string _root = RootOf(baseTopic);

    /// <summary>
    /// The device of the bridge itself; <c>bridge</c> is not a valid server id. A capital letter distinguishes that of a shard from a
    /// server.
    /// </summary>
    public string Bridge => Device(shard is null ? BridgeId : "Bridge-" + shard);

    /// <summary>A server's device: the last level but one of its discovery topic, and its identifier.</summary>
    public string Device(string serverId) => $"{_root}_{serverId}";

    /// <summary>
    /// An entity's <c>unique_id</c>. Unambiguous: component keys begin with a capital letter; ids and action names contain none.
    /// </summary>
    public static string UniqueId(string device, string componentKey) => $"{device}_{componentKey}";

    /// <summary>The default entity id: lower case letters, digits and underscores.</summary>
    public static string EntityId(string platform, string device, string name) =>
        $"{platform}.{$"{device}_{name}".Replace('-', '_').ToLowerInvariant()}";

    private static string RootOf(string topic)
    {
        if (topic.Length <= MaximumPlainTopicLength && topic.All(IsPlain))
        {
            return topic;
        }

        var words = string.Concat(topic.ToLowerInvariant().Where(IsPlain).Take(MaximumPlainTopicLength));
        return words + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(topic)).AsSpan(0, 8));
    }

    private static bool IsPlain(char character) => character is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}

namespace SshMqttBridge.Chaos;

/// <summary>The content of a transferred file, derived from its command's id.</summary>
internal static class FileContent
{
    public static byte[] Of(string id, int size)
    {
        // Not GetHashCode, which differs between processes.
        var seed = id.Aggregate(17, (hash, letter) => unchecked(hash * 31 + letter));
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }
}

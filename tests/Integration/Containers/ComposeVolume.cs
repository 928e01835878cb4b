namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>A line of a service's <c>volumes</c>.</summary>
/// <param name="Source">A path in the repository, or a volume's name.</param>
/// <param name="Target">Where it is in the container.</param>
internal sealed record ComposeVolume(string Source, string Target, bool ReadOnly)
{
    /// <summary>Whether it is a file or folder of the machine.</summary>
    public bool IsBind => Source.StartsWith('.') || Source.StartsWith('/');

    public static ComposeVolume Parse(string line)
    {
        var parts = line.Split(':');
        return new(parts[0], parts[1], parts is [_, _, "ro"]);
    }
}

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>The sockets at which a process waits for connections.</summary>
internal static class ListeningSockets
{
    private const string Listens = "0A";

    /// <summary>Whether it has one, of TCP.</summary>
    public static bool Any(int process)
    {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
        var listening = ((string[])["tcp", "tcp6"])
            .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listens)
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        return new DirectoryInfo($"/proc/{process}/fd")
            .EnumerateFileSystemInfos()
            .Any(file => file.LinkTarget is { } target && listening.Contains(Path.GetFileName(target)));
    }
}

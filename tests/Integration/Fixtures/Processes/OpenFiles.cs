namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>The files that a process has open, also those that have no name.</summary>
internal static class OpenFiles
{
    /// <summary>Whether it has a file open in this folder in which there is something.</summary>
    public static bool HasContent(int process, string folder) =>
        new DirectoryInfo($"/proc/{process}/fd")
            .EnumerateFileSystemInfos()
            .Any(file =>
                file.LinkTarget?.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal) == true
                && LengthOf(file.FullName) > 0
            );

    private static long LengthOf(string descriptor)
    {
        try
        {
            using var file = File.OpenRead(descriptor);
            return file.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // Closed meanwhile.
        }
    }
}

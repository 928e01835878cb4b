using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>The server is this machine, so that a test can inspect a command's processes.</summary>
internal static class RemoteProcess
{
    /// <summary>Reads the process id that a command wrote into a file.</summary>
    public static async Task<int> IdInAsync(string file)
    {
        var id = 0;
        await Eventually.TrueAsync(
            () =>
                File.Exists(file)
                && File.ReadAllText(file) is { Length: > 0 } text
                && text[^1] == '\n'
                && int.TryParse(text, CultureInfo.InvariantCulture, out id),
            $"the command does not write {file}"
        );
        return id;
    }

    public static bool IsAlive(int id) =>
        File.Exists($"/proc/{id}/stat") && !ReadStat(id).Contains(") Z ", StringComparison.Ordinal);

    public static Task GoneAsync(int id) => Eventually.TrueAsync(() => !IsAlive(id), $"process {id} still runs");

    public static void Kill(string id) => ChildProcess.Signal(int.Parse(id, CultureInfo.InvariantCulture), ChildProcess.Kill);

    /// <summary>What the system calls the program; empty when it has ended.</summary>
    public static string NameOf(int id) => ReadFile($"/proc/{id}/comm");

    private static string ReadStat(int id) => ReadFile($"/proc/{id}/stat");

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}

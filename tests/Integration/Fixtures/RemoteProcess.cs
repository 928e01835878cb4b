using System.Globalization;

namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>The server is this machine: what a command left there can be looked at.</summary>
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

    private static string ReadStat(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return "";
        }
    }
}

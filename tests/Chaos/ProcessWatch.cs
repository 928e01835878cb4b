using System.Text;
using System.Text.RegularExpressions;

namespace SshMqttBridge.Chaos;

/// <summary>
/// Finds the commands' processes on the servers, that is, on this machine, by the ids in command lines and environments.
/// </summary>
internal sealed partial class ProcessWatch(IReadOnlyList<ServerSite> servers, Ledger ledger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                foreach (var id in Look().Select(process => process.Id))
                {
                    ledger.SeenAlive(id);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>The processes of commands of this run: the command's id and the process's number.</summary>
    public IReadOnlyList<(string Id, int Process)> Look()
    {
        // Two runs on one machine have the same command ids but different folders.
        string[] homes = [.. servers.Select(server => server.Sshd.Folder.Path)];
        List<(string, int)> found = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var process))
            {
                continue;
            }

            var text = Read($"{folder}/cmdline") + "\0" + Read($"{folder}/environ");
            if (
                homes.Any(home => text.Contains(home, StringComparison.Ordinal))
                && CommandId().Match(text) is { Success: true } match
            )
            {
                found.Add((match.Value, process));
            }
        }

        return found;
    }

    private static string Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended, or belongs to another user.
        }
    }

    [GeneratedRegex(@"cmd-s\d+-\d{6}", RegexOptions.None, 1000)]
    private static partial Regex CommandId();
}

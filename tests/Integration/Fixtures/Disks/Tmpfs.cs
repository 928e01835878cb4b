using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Disks;

/// <summary>A small disk of a test's own, that can be full or read-only. Needs root.</summary>
internal sealed class Tmpfs : IAsyncDisposable
{
    private readonly string _folder;

    private Tmpfs(string folder) => _folder = folder;

    public static async Task<Tmpfs> MountAsync(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        await ChildProcess.RunAsync("mount", "-t", "tmpfs", "-o", $"size={size},mode=700", "tmpfs", folder);
        return new Tmpfs(folder);
    }

    public Task SetReadOnlyAsync(bool isReadOnly) =>
        ChildProcess.RunAsync("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", _folder);

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using FileStream file = new(Path.Combine(_folder, "filler"), FileMode.Append, FileAccess.Write, FileShare.Read, 0);
        foreach (var size in (int[])[65_536, 4096, 1])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }

    public void Free() => File.Delete(Path.Combine(_folder, "filler"));

    // Lazily: a process with an open file does not block the unmount.
    public async ValueTask DisposeAsync() => await ChildProcess.RunAsync("umount", "-l", _folder);
}

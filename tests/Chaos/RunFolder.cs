using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>The folder of all temporary files of this run. Those of runs that were killed are removed by the next one.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string Prefix = "ssh-mqtt-bridge-run-";

    private readonly string _path;

    /// <summary>Create it before any other temporary file.</summary>
    public RunFolder()
    {
        var parent = Path.GetTempPath();
        foreach (var old in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            if (
                int.TryParse(Path.GetFileName(old)[Prefix.Length..], CultureInfo.InvariantCulture, out var process)
                && !Directory.Exists($"/proc/{process}")
            )
            {
                Delete(old);
            }
        }

        _path = Path.Combine(parent, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        // sshd reads its users' keys as the user who logs in.
        Directory.CreateDirectory(_path, (UnixFileMode)0b111_001_001);
        Environment.SetEnvironmentVariable("TMPDIR", _path);
    }

    public void Dispose() => Delete(_path);

    private static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It belongs to another user, or a process that is just ending still writes there.
        }
    }
}

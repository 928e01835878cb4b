using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Disks;

/// <summary>A test that mounts a file system of its own, to fill it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute()
    {
        if (!s_canMount.Value)
        {
            Skip = "only root, outside of a container that forbids it, can mount a tmpfs";
        }
    }

    private static readonly Lazy<bool> s_canMount = new(CanMount);

    private static bool CanMount()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return false;
        }
        using TemporaryFolder folder = new();
        try
        {
            ChildProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path).GetAwaiter().GetResult();
            ChildProcess.RunAsync("umount", folder.Path).GetAwaiter().GetResult();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

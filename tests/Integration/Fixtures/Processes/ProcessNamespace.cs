namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>Processes that see and can signal only each other: for what must not happen to those of the machine.</summary>
internal static class ProcessNamespace
{
    private static readonly Lazy<string?> s_obstacle = new(FindObstacle);

    /// <summary>Why there is none; null: there is.</summary>
    public static string? Obstacle => s_obstacle.Value;

    /// <summary>Runs a script as process 1; what it has started ends with it.</summary>
    /// <param name="shell">The shell's path, which also names process 1.</param>
    /// <param name="script">For a POSIX shell.</param>
    /// <param name="arguments">Its <c>$1</c> and so on.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static Task<string> RunAsync(string shell, string script, params string[] arguments) =>
        ChildProcess.RunAsync(
            "unshare",
            ["--pid", "--fork", "--kill-child", "--mount-proc", "--", shell, "-c", script, "sh", .. arguments]
        );

    private static string? FindObstacle()
    {
        try
        {
            RunAsync("/bin/sh", "true").GetAwaiter().GetResult();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FileNotFoundException)
        {
            return $"no process namespaces here: {exception.Message}";
        }
    }
}

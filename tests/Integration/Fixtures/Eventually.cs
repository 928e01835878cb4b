using System.Diagnostics;

namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>Polls for conditions that cannot be awaited, such as another process's actions.</summary>
internal static class Eventually
{
    /// <summary>How long a test waits before it calls something failed.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), () => what);

    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException(what());
            }

            await Task.Delay(10);
        }
    }
}

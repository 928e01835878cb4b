namespace SshMqttBridge.Chaos;

/// <summary>Waits between the injection and the removal of a fault.</summary>
internal static class Pause
{
    /// <summary>Returns early instead of throwing: the caller must still remove the fault.</summary>
    public static async Task ForAsync(TimeSpan length, CancellationToken stop) =>
        await Task.Delay(length, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A random time from one number of seconds to another.</summary>
    public static TimeSpan Seconds(this Random random, double from, double to) =>
        TimeSpan.FromSeconds(from + random.NextDouble() * (to - from));
}

using System.Runtime;
using SshMqttBridge.Common;

namespace SshMqttBridge.Operations;

/// <summary>
/// Gives memory back when the bridge has become idle. The key exchanges of many servers, and much output, leave free memory behind, in the garbage collector's heap
/// and in that of the C libraries; neither gives it up by itself while nothing happens. Not thread-safe: one loop owns it.
/// </summary>
internal sealed class IdleMemory(TimeProvider time)
{
    private const long QuietBytes = 2 << 20;
    private const long MuchBytes = 64 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private long _seen;
    private long _nextAt;

    /// <summary>Looks now and then, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, stop);
                if (IsTime(GC.GetTotalAllocatedBytes()))
                {
                    GiveBack();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    /// <summary>Whether little has been allocated since the last question, and, after the first time, much since the last yes.</summary>
    /// <param name="allocatedBytes">Since the start of the process.</param>
    public bool IsTime(long allocatedBytes)
    {
        var isQuiet = allocatedBytes - _seen < QuietBytes;
        _seen = allocatedBytes;
        if (!isQuiet || allocatedBytes < _nextAt)
        {
            return false;
        }

        _nextAt = allocatedBytes + MuchBytes;
        return true;
    }

    private static void GiveBack()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = NativeMethods.MallocTrim(0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Such a C library does it by itself, or not at all.
        }
    }
}

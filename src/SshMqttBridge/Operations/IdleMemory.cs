using System.Runtime;
using SshMqttBridge.Common;

namespace SshMqttBridge.Operations;

/// <summary>
/// Releases memory when the bridge has become idle. The key exchanges of many servers, and much output, leave free memory in the
/// garbage collector's heap and in the heap of the C libraries. Neither returns it to the system while the bridge is idle. Not
/// thread-safe: one loop owns it.
/// </summary>
internal sealed class IdleMemory(TimeProvider time)
{
    private const long QuietBytes = 2 << 20;
    private const long MuchBytes = 64 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private long _seen;
    private long _nextAt;

    /// <summary>Checks periodically, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, stop);
                if (IsTime(GC.GetTotalAllocatedBytes()))
                {
                    Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The bridge is shutting down.
        }
    }

    /// <summary>
    /// Whether little has been allocated since the last call and, after the first release, much since the last release.
    /// </summary>
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

    private static void Release()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = NativeMethods.MallocTrim(0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Other C libraries release memory by themselves, or not at all.
        }
    }
}

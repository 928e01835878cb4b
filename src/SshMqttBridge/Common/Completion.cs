namespace SshMqttBridge.Common;

/// <summary>For a <see cref="TaskCompletionSource"/> whose awaiter goes on where it is completed (docs/adr/0021).</summary>
internal static class Completion
{
    /// <summary>Has who waits go on, on a thread of the pool: for callers that hold a lock, or have more to do.</summary>
    public static void CompleteOnPool(this TaskCompletionSource waiting) =>
        ThreadPool.UnsafeQueueUserWorkItem(static waiting => waiting.TrySetResult(), waiting, preferLocal: true);
}

namespace SshMqttBridge.Common;

/// <summary>
/// For a <see cref="TaskCompletionSource"/> whose awaiter resumes on the thread that completes the task (docs/adr/0021), and for
/// one that nobody may await.
/// </summary>
internal static class Completion
{
    /// <summary>Completes the task on a thread of the pool, for callers that hold a lock or have more work to do.</summary>
    public static void CompleteOnPool(this TaskCompletionSource source) =>
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.TrySetResult(), source, preferLocal: true);

    /// <summary>Faults the task. If nobody awaits it, the exception does not count as unobserved.</summary>
    public static void Fail(this TaskCompletionSource source, Exception fault)
    {
        if (source.TrySetException(fault))
        {
            _ = source.Task.Exception;
        }
    }

    /// <inheritdoc cref="Fail(TaskCompletionSource, Exception)"/>
    public static void Fail<T>(this TaskCompletionSource<T> source, Exception fault)
    {
        if (source.TrySetException(fault))
        {
            _ = source.Task.Exception;
        }
    }
}

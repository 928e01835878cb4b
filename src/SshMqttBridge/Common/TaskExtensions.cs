namespace SshMqttBridge.Common;

/// <summary>Waits for tasks regardless of their outcome, and watches for failures.</summary>
internal static class TaskExtensions
{
    /// <summary>Completes when the task has ended. Does not throw: the owner of the task handles its failure.</summary>
    public static Task WhenEnded(this Task task) =>
        task.ContinueWith(
            static _ => { },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    /// <summary>Completes when the task has ended or the token is cancelled, whichever is first. Does not throw.</summary>
    public static async Task WhenEndedOrCancelled(this Task task, CancellationToken limit) =>
        await task.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Completes when the token is cancelled. Does not throw.</summary>
    public static async Task WhenCancelled(this CancellationToken token) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Completes like the task, and reports its failure at once: others may wait for several tasks together.</summary>
    /// <param name="task">The task.</param>
    /// <param name="failed">Called with the exception, before the returned task fails; must not throw.</param>
    public static async Task WithFailureReported(this Task task, Action<Exception> failed)
    {
        try
        {
            await task;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            failed(exception);
            throw;
        }
    }
}

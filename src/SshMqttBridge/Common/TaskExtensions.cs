namespace SshMqttBridge.Common;

/// <summary>Waits for tasks regardless of their outcome.</summary>
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
}

namespace SshMqttBridge.Common;

/// <summary>Waiting without the outcome.</summary>
internal static class TaskExtensions
{
    /// <summary>Completes with the task, however it ends: somebody else handles its failure.</summary>
    public static Task WhenEnded(this Task task) =>
        task.ContinueWith(
            static _ => { },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
}

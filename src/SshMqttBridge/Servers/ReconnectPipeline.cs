using Polly;
using Polly.Retry;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>The one place that decides whether to connect again, and when: after every <see cref="SshConnectionException"/>, for ever, at the pace of the backoff.</summary>
internal static class ReconnectPipeline
{
    /// <param name="backoff">Belongs to the pipeline's one user from now on; it is reset when a connection succeeds, but not by the pipeline.</param>
    /// <param name="onRetry">Told of each failure and of the wait that follows, before it.</param>
    /// <returns>A pipeline for one loop at a time: it throws what is not an <see cref="SshConnectionException"/>, cancellation among it.</returns>
    public static ResiliencePipeline Create(
        ReconnectBackoff backoff,
        Action<SshConnectionException, TimeSpan> onRetry,
        TimeProvider time
    )
    {
        var retry = new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = new PredicateBuilder().Handle<SshConnectionException>(),
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(backoff.NextDelay(FaultOf(arguments.Outcome))),
            OnRetry = arguments =>
            {
                onRetry((SshConnectionException)arguments.Outcome.Exception!, arguments.RetryDelay);
                return ValueTask.CompletedTask;
            },
        };
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(retry)
            .Build();
    }

    private static SshFault FaultOf(Outcome<object> outcome) => ((SshConnectionException)outcome.Exception!).Fault;
}

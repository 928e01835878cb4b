using Polly;
using Polly.Retry;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// The only place that decides whether to retry: after every <see cref="ConnectAttempt.Fault"/>, without limit.
/// </summary>
internal static class ReconnectPipeline
{
    /// <param name="delayAfter">Returns the delay after a failure.</param>
    /// <param name="time">The clock.</param>
    /// <returns>A pipeline for one loop at a time. It throws the exceptions of the attempts, including cancellation.</returns>
    public static ResiliencePipeline<ConnectAttempt> Create(Func<SshConnectionException, TimeSpan> delayAfter, TimeProvider time)
    {
        var retry = new RetryStrategyOptions<ConnectAttempt>
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = new PredicateBuilder<ConnectAttempt>().HandleResult(attempt => attempt.Fault is not null),
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(delayAfter(arguments.Outcome.Result!.Fault!)),
        };
        return new ResiliencePipelineBuilder<ConnectAttempt> { TimeProvider = time }
            .AddRetry(retry)
            .Build();
    }
}

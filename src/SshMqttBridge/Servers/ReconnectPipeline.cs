using Polly;
using Polly.Retry;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>The one place that decides whether to connect again: after every <see cref="ConnectAttempt.Fault"/>, for ever.</summary>
internal static class ReconnectPipeline
{
    /// <param name="delayAfter">How long to wait after a failure.</param>
    /// <param name="time">The clock.</param>
    /// <returns>A pipeline for one loop at a time: it throws what the attempts throw, cancellation among it.</returns>
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

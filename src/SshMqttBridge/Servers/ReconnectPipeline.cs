using Polly;
using Polly.Retry;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>The one place that decides whether to connect again: after every <see cref="SshConnectionException"/>, for ever.</summary>
internal static class ReconnectPipeline
{
    /// <param name="delayAfter">How long to wait after a failure.</param>
    /// <param name="time">The clock.</param>
    /// <returns>A pipeline for one loop at a time: it throws what is not an <see cref="SshConnectionException"/>, cancellation among it.</returns>
    public static ResiliencePipeline Create(Func<SshConnectionException, TimeSpan> delayAfter, TimeProvider time)
    {
        var retry = new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = new PredicateBuilder().Handle<SshConnectionException>(),
            DelayGenerator = arguments =>
                ValueTask.FromResult<TimeSpan?>(delayAfter((SshConnectionException)arguments.Outcome.Exception!)),
        };
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(retry)
            .Build();
    }
}

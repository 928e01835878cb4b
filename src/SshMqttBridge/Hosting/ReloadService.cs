using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Metrics;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Reads the configuration again when it is asked to, or when the file changes (<c>watchConfiguration</c>). One reload after the other.
/// </summary>
internal sealed partial class ReloadService(
    ConfigurationSource source,
    ReloadRequests requests,
    CurrentOptions current,
    ReloadSteps steps,
    MetricsServer metrics,
    TopicScheme topics,
    Outbox outbox,
    SystemdStatus systemd,
    TimeProvider time,
    ILogger<ReloadService> logger
) : BackgroundService
{
    /// <summary>The code on <c>ssh/bridge/error</c> for a configuration that was not taken over.</summary>
    public const string ErrorCode = "configuration";

    private readonly ConfigurationWatch _watch = new(source);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var removing = Task.CompletedTask;
        while (true)
        {
            var request = await NextAsync(stoppingToken);
            // A server that is added again must not run beside the one that is still ending.
            await removing.WaitAsync(stoppingToken);
            var outcome = Load(out var options);
            if (outcome is null)
            {
                systemd.Reloading();
                (outcome, removing) = await ApplyAsync(options!);
                systemd.Ready();
            }

            Report(outcome);
            request?.TrySetResult(outcome);
        }
    }

    /// <summary>Waits for a request, or a change of the file.</summary>
    /// <returns>Null: nobody waits for the outcome.</returns>
    private async Task<TaskCompletionSource<ReloadOutcome>?> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            if (!current.Value.WatchConfiguration)
            {
                return await requests.Reader.ReadAsync(stop);
            }

            using Deadline poll = new(ConfigurationWatch.Interval, time, stop);
            try
            {
                return await requests.Reader.ReadAsync(poll.Token);
            }
            catch (OperationCanceledException) when (poll.HasPassed)
            {
                if (_watch.HasChanged())
                {
                    LogFileChanged(source.File);
                    return null;
                }
            }
        }
    }

    /// <returns>Why the configuration cannot be taken over; null: it can.</returns>
    private ReloadOutcome? Load(out BridgeOptions? options)
    {
        _watch.Reset();
        var loaded = source.Load();
        foreach (var warning in loaded.Warnings)
        {
            LogWarning(warning);
        }

        options = loaded.Options;
        if (options is null)
        {
            return Refused(string.Join("; ", loaded.Faults));
        }

        if (new ConfigurationChange(current.Value, options).NeedRestart is { Count: > 0 } names)
        {
            return Refused($"{string.Join(", ", names)}: a change takes effect only when the bridge is restarted");
        }

        try
        {
            SshTransports.EnsureLibraries(options.Servers);
            return null;
        }
        catch (NativeLibraryMissingException exception)
        {
            return Refused(exception.Message);
        }
    }

    private async Task<(ReloadOutcome Outcome, Task Removing)> ApplyAsync(BridgeOptions options)
    {
        var summary = new ConfigurationChange(current.Value, options).Summary;
        try
        {
            var applied = await steps.ApplyAsync(options);
            ReportProblems(applied.Problems);
            return (new ReloadOutcome(true, string.Join("; but: ", [summary, .. applied.Problems])), applied.Removing);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (Refused(exception.Message.TrimEnd('.')), Task.CompletedTask);
        }
    }

    private static ReloadOutcome Refused(string reason) => new(false, reason);

    private void ReportProblems(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
        {
            LogProblem(problem);
            PostError($"The configuration was reloaded, but: {problem}.");
        }
    }

    private void PostError(string message) => outbox.TryPost(BridgeError.Create(topics.BridgeError, ErrorCode, message, null));

    private void Report(ReloadOutcome outcome)
    {
        metrics.Reloaded(outcome.IsApplied);
        if (outcome.IsApplied)
        {
            LogReloaded(outcome.Message);
            return;
        }

        LogRefused(outcome.Message);
        PostError($"The configuration was not reloaded, and nothing has changed: {outcome.Message}.");
    }

    [LoggerMessage(20, LogLevel.Information, "Configuration reloaded; {Changes}")]
    private partial void LogReloaded(string changes);

    [LoggerMessage(21, LogLevel.Error, "Configuration not reloaded, and nothing has changed: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(22, LogLevel.Warning, "Configuration: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(24, LogLevel.Error, "Configuration reloaded, but: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(23, LogLevel.Information, "{File} has changed")]
    private partial void LogFileChanged(string file);
}

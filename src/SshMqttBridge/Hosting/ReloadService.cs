using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Metrics;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Reads the configuration again when it is asked to, or when the file changes (<c>watchConfiguration</c>). One reload after the other.
/// </summary>
internal sealed partial class ReloadService(
    ConfigurationSource source,
    ReloadRequests requests,
    CurrentOptions current,
    ReloadSteps steps,
    BaseDirectory baseDirectory,
    InPlaceRestart restart,
    IHostApplicationLifetime lifetime,
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
            if (Prepare(out var change) is { } refusal)
            {
                Report(refusal, request);
                continue;
            }

            systemd.Reloading();
            if (change.RestartsServices)
            {
                Report(new ReloadOutcome(true, change.Summary + "; all services start again"), request);
                restart.Next = change.Now;
                lifetime.StopApplication();
                // The next host tells systemd when it is ready.
                return;
            }

            var applied = await steps.ApplyAsync(change.Now);
            removing = applied.Removing;
            systemd.Ready();
            ReportProblems(applied.Problems);
            Report(new ReloadOutcome(true, string.Join("; but: ", [change.Summary, .. applied.Problems])), request);
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

    /// <summary>Reads the configuration, and does everything first that may fail.</summary>
    /// <param name="change">What is to be taken over.</param>
    /// <returns>Why it cannot be taken over, and nothing has changed; null: it can.</returns>
    private ReloadOutcome? Prepare(out ConfigurationChange change)
    {
        _watch.Reset();
        var loaded = source.Load();
        foreach (var warning in loaded.Warnings)
        {
            LogWarning(warning);
        }

        change = new ConfigurationChange(current.Value, loaded.Options ?? current.Value);
        if (loaded.Options is null)
        {
            return Refused(string.Join("; ", loaded.Faults));
        }

        if (change.NeedRestart is { Count: > 0 } names)
        {
            return Refused($"{string.Join(", ", names)}: a change takes effect only when the bridge is restarted");
        }

        try
        {
            SshTransports.EnsureLibraries(change.Now.Servers);
            baseDirectory.MoveTo(change.Now.BaseDirectory);
            return null;
        }
        catch (NativeLibraryMissingException exception)
        {
            return Refused(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refused(exception.Message.TrimEnd('.'));
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

    private void Report(ReloadOutcome outcome, TaskCompletionSource<ReloadOutcome>? request)
    {
        metrics.Reloaded(outcome.IsApplied);
        if (outcome.IsApplied)
        {
            LogReloaded(outcome.Message);
        }
        else
        {
            LogRefused(outcome.Message);
            PostError($"The configuration was not reloaded, and nothing has changed: {outcome.Message}.");
        }

        request?.TrySetResult(outcome);
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

using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Groups;

/// <summary>
/// Runs an instance of a group. While it leads, it has the connection for commands and results; while it stands by, it has none, so
/// it neither receives commands nor publishes anything about the servers. Takes the place of <see cref="MqttService"/>.
/// </summary>
internal sealed partial class GroupService(
    CurrentOptions options,
    GroupOptions group,
    ILease lease,
    Leadership leadership,
    GroupLink link,
    GroupView view,
    GroupRecords records,
    GroupRecovery recovery,
    ITermStart start,
    MqttWorker worker,
    Outbox outbox,
    TopicScheme topics,
    ServerSet servers,
    BridgeInfo info,
    TimeProvider time,
    ILogger<GroupService> logger
) : BackgroundService
{
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Channel<CommandRecord> _late = Channel.CreateUnbounded<CommandRecord>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private Task _losing = Task.CompletedTask;
    private LeaderTerm? _term;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        view.RecordArrived = OnRecord;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource leaseStop = new();
        using CancellationTokenSource linkStop = new();
        var linking = link.RunAsync(linkStop.Token);
        var leasing = lease.RunAsync(leaseStop.Token);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var next = leadership.NextAsync(stoppingToken);
                // The others end before only if they fail, which is a defect of the bridge.
                await await Task.WhenAny(next, leasing, linking);
                await LeadAsync(await next, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while standing by.
        }
        finally
        {
            // In this order: the last results have been published, and then another instance may lead.
            await leaseStop.CancelAsync();
            await leasing;
            await linkStop.CancelAsync();
            await linking;
        }
    }

    private async Task LeadAsync(LeaderTerm term, CancellationToken stop)
    {
        // What ran when the lease was lost must have ended before this instance runs anything again.
        await _losing.WaitAsync(stop);
        if (term.Lost.IsCancellationRequested)
        {
            return;
        }

        LogLeading(group.Instance, term.Epoch);
        lock (_gate)
        {
            _term = term;
            outbox.Resume();
        }

        using (term.Lost.Register(() => EndTerm(term)))
        {
            recovery.Run(term.Epoch, group.Instance);
            link.SetLeading(new LeaderInfo(group.Instance, term.Epoch, time.GetUtcNow()));
            // Home Assistant knows a topic before its first message.
            start.Publish();
            foreach (var server in servers.All)
            {
                server.PublishState();
            }

            info.Announce();
            await using var cleaning = time.CreateTimer(_ => Clean(), null, CleaningInterval, CleaningInterval);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(term.Lost);
            var recovering = RecoverLateAsync(end.Token);
            await worker.RunAsync(stop, term.Lost);
            await end.CancelAsync();
            await recovering;
        }

        link.SetLeading(null);
        if (term.Lost.IsCancellationRequested)
        {
            // Usually it has been done already.
            EndTerm(term);
            LogLost(group.Instance, term.Epoch);
        }
    }

    private void Clean()
    {
        records.CorrectOutdated();
        records.RemoveOld();
    }

    /// <summary>Publishes nothing more, and stops the commands. Only the first call for a term has an effect.</summary>
    private void EndTerm(LeaderTerm term)
    {
        lock (_gate)
        {
            if (_term != term)
            {
                return;
            }

            _term = null;
            outbox.Suspend();
            // Home Assistant's messages are the same for all instances.
            outbox.Clear(topic =>
                topics.ServerOf(topic) is null && !TopicFilter.MatchesAny(options.Value.Mqtt.ResponseTopics, topic)
            );
        }

        _losing = servers.LoseLeaseAsync();
    }

    /// <summary>The broker may receive a message of an earlier leader late, after this instance has looked.</summary>
    private void OnRecord(CommandRecord record)
    {
        if (leadership.IsHeld && record.Epoch < leadership.Epoch && record.State != CommandRecordState.Ended)
        {
            _late.Writer.TryWrite(record);
        }
    }

    private async Task RecoverLateAsync(CancellationToken lost)
    {
        try
        {
            while (true)
            {
                recovery.Recover(await _late.Reader.ReadAsync(lost));
            }
        }
        catch (OperationCanceledException)
        {
            // The next leader finds what is left.
        }
    }

    [LoggerMessage(8020, LogLevel.Information, "{Instance}: leading the group (epoch {Epoch})")]
    private partial void LogLeading(string instance, long epoch);

    [LoggerMessage(8021, LogLevel.Warning, "{Instance}: lost the lease of the group (epoch {Epoch}), standing by")]
    private partial void LogLost(string instance, long epoch);
}

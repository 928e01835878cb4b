using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Groups.Etcd;

/// <summary>
/// A lease granted by an etcd cluster. The instance that leads also needs the broker: without it, it gives the lease up.
/// </summary>
internal sealed partial class EtcdLease(
    EtcdClient etcd,
    EtcdElection election,
    BrokerEcho echo,
    GroupView view,
    Leadership leadership,
    EtcdTimes times,
    TimeProvider time,
    ILogger<EtcdLease> logger
) : ILease
{
    private bool _isFailureLogged;
    private bool _isLongerLogged;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ApplyAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (EtcdException exception)
            {
                LogFailure(exception.Message);
            }

            await Task.Delay(EtcdTimes.Poll, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks whether the lease is free, and if so, leads until it is lost or handed over.</summary>
    private async Task ApplyAsync(CancellationToken stop)
    {
        var seen = await election.ReadAsync(stop);
        LogAnswer();
        // The message that comes back also shows that everything that the leader before has published has arrived before.
        if (seen.LeaderLease is not null || !await echo.ConfirmAsync(times.EchoValidity, stop))
        {
            return;
        }

        var sentAt = leadership.Now;
        var lease = await etcd.GrantAsync(times.TimeToLiveSeconds, stop);
        WarnIfLonger(lease.TimeToLive);
        try
        {
            var epoch = Math.Max(seen.Epoch, view.LastLeader?.Epoch ?? 0) + 1;
            if (await election.TryLeadAsync(lease.Id, epoch, seen, stop))
            {
                await LeadAsync(lease.Id, epoch, sentAt, stop);
            }
        }
        finally
        {
            await RevokeAsync(lease.Id);
        }
    }

    /// <summary>Returns when the lease has been lost, and what ran here has been stopped; throws when it is to be handed over.</summary>
    private async Task LeadAsync(long lease, long epoch, TimeSpan grantedAt, CancellationToken stop)
    {
        try
        {
            await RenewAsync(lease, epoch, grantedAt, stop);
        }
        finally
        {
            leadership.Lose();
        }

        await Task.Delay(times.Stopping, time, stop);
    }

    /// <summary>Returns when the lease is lost.</summary>
    private async Task RenewAsync(long lease, long epoch, TimeSpan grantedAt, CancellationToken stop)
    {
        var until = Until(grantedAt);
        leadership.Hold(epoch, until);
        while (leadership.IsHeld)
        {
            await Task.Delay(times.Renewal, time, stop);
            echo.Send(LeaseMessageKind.Renewal, epoch);
            var sentAt = leadership.Now;
            try
            {
                if (!await IsOursAsync(lease, stop))
                {
                    return;
                }

                LogAnswer();
                until = Until(sentAt);
            }
            catch (EtcdException exception)
            {
                LogFailure(exception.Message);
            }

            if (leadership.IsHeld)
            {
                leadership.Hold(epoch, until);
            }
        }
    }

    /// <summary>
    /// Renews the lease. A member that has lost the others may still renew it; that the key is read afterwards shows that it had not.
    /// </summary>
    private async Task<bool> IsOursAsync(long lease, CancellationToken stop) =>
        await etcd.KeepAliveAsync(lease, stop) && (await election.ReadAsync(stop)).LeaderLease == lease;

    private TimeSpan Until(TimeSpan renewedAt)
    {
        var byEtcd = renewedAt + times.Validity;
        var byBroker = echo.LastSentAt + times.EchoValidity ?? TimeSpan.Zero;
        return byEtcd < byBroker ? byEtcd : byBroker;
    }

    /// <summary>Another instance can have it at once.</summary>
    private async Task RevokeAsync(long lease)
    {
        try
        {
            await etcd.RevokeAsync(lease, CancellationToken.None);
        }
        catch (EtcdException)
        {
            // It has ended, or ends by itself.
        }
    }

    private void WarnIfLonger(long seconds)
    {
        if (seconds > times.TimeToLiveSeconds && !_isLongerLogged)
        {
            _isLongerLogged = true;
            LogLonger(times.TimeToLiveSeconds, seconds);
        }
    }

    private void LogFailure(string reason)
    {
        if (!_isFailureLogged)
        {
            _isFailureLogged = true;
            LogNoAnswer(reason);
        }
    }

    private void LogAnswer()
    {
        if (_isFailureLogged)
        {
            _isFailureLogged = false;
            LogAnswers();
        }
    }

    [LoggerMessage(8030, LogLevel.Warning, "etcd: {Reason}; retrying")]
    private partial void LogNoAnswer(string reason);

    [LoggerMessage(8031, LogLevel.Information, "etcd answers again")]
    private partial void LogAnswers();

    [LoggerMessage(
        8032,
        LogLevel.Warning,
        "etcd grants leases of {Granted} s, not {Requested} s, so a takeover takes longer; its election timeout is the reason"
    )]
    private partial void LogLonger(long requested, long granted);
}

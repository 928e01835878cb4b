using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Groups;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Inbound;
using SshMqttBridge.Metrics;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Takes over another configuration, one part of the bridge after the other. A part whose options have not changed is not touched.
/// <paramref name="group"/> is null if the bridge is alone.
/// </summary>
internal sealed class ReloadSteps(
    CurrentOptions current,
    HostSettings host,
    AuditLog audit,
    ServerIndex index,
    ActionCatalog actions,
    CommandParser parser,
    StaleTopicsService staleTopics,
    Discovery discovery,
    ServerSet servers,
    ActionScheduler scheduler,
    OtherBridges otherBridges,
    MqttWorker mqtt,
    MqttWorkerSetup mqttSetup,
    MqttTopics mqttTopics,
    ConsoleServer console,
    MetricsServer metrics,
    EventBus events,
    GroupLink? group = null
)
{
    /// <summary>Takes over the configuration.</summary>
    /// <param name="now">It needs no restart, neither of the bridge nor of its services.</param>
    public async Task<AppliedReload> ApplyAsync(BridgeOptions now)
    {
        var before = current.Value;
        current.Value = now;
        host.Apply(now);
        audit.Reconfigure(now.Audit);
        index.Add(now.Servers);
        actions.Replace(now.Servers);
        parser.ResponseTopics = now.Mqtt.ResponseTopics;
        // Home Assistant knows a topic before its first message.
        staleTopics.Prepare(before.Servers);
        discovery.Reload(now);
        var ending = servers.ReloadAsync(now.Servers, now.ShutdownTimeout);
        scheduler.Reload(ScheduledActions.Of(servers, actions));
        otherBridges.ServersChanged();
        if (now.HomeAssistant.Enabled && !before.HomeAssistant.Enabled)
        {
            // They also publish whether there is a problem now.
            PublishStates();
        }

        ReconnectToBroker(before, now);
        var removing = RemoveAsync(ending);
        events.Publish(new ServerEvent.Reloaded());
        string?[] problems = [await ProblemOfAsync(metrics.ReloadAsync()), await ProblemOfAsync(console.ReloadAsync())];
        return new AppliedReload(removing, [.. problems.OfType<string>()]);
    }

    /// <summary>A server that cannot listen at its new address continues at the one before.</summary>
    private static async Task<string?> ProblemOfAsync(Task reloading)
    {
        try
        {
            await reloading;
            return null;
        }
        catch (Exception exception) when (exception is IOException or ConsoleException)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    private void PublishStates()
    {
        foreach (var server in servers.All)
        {
            server.PublishState();
        }
    }

    private void ReconnectToBroker(BridgeOptions before, BridgeOptions now)
    {
        var (topicsBefore, topicsNow) = (mqttTopics.Of(before), mqttTopics.Of(now));
        if (before.Mqtt != now.Mqtt || topicsBefore != topicsNow)
        {
            mqtt.Reconfigure(
                now.Mqtt,
                mqttSetup with
                {
                    Filters = topicsNow.Filters,
                    OptionalFilters = topicsNow.OptionalFilters,
                }
            );
        }

        if (before.Mqtt != now.Mqtt)
        {
            group?.Reconfigure();
        }
    }

    private async Task RemoveAsync(Task ending)
    {
        await ending;
        staleTopics.RemoveStale();
    }
}

using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>What the record of a command costs in a group: it is at the broker before the command is sent to the server.</summary>
internal sealed class GroupFigure() : Figure("group", "exec/set published → exec received, true, warm, in a group")
{
    private const string GroupTopic = "group";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var alone = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await using var leader = await lab.StartBridgeAsync(
            lab.Servers("s", 1).Mqtt($"baseTopic: {GroupTopic}", $"clientId: {GroupTopic}").Top("group: {instance: one}"),
            GroupTopic
        );
        await alone.WaitForServersAsync(1);
        await leader.WaitForServersAsync(1);
        await Floor.WarmUpAsync(lab, scale, "ssh/s0", $"{GroupTopic}/s0");

        var times = await Floor.LatenciesAsync(lab, scale.Latencies, "true", ("alone", "ssh/s0"), ("leader", $"{GroupTopic}/s0"));

        var (leading, single, echo) = (times["leader"], times["alone"], times["echo"]);
        report.Add("the leader", leading, "a bridge alone", single, Judgement.None($"{leading.Median / single.Median:0.00} ×"));
        report.Add(
            "what the group adds",
            $"{Sample.Format(leading.Median - single.Median)} ms",
            $"an MQTT round trip: {echo}",
            Judgement.AtMost((leading.Median - single.Median) / echo.Median, 2)
        );
    }
}

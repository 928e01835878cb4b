using SshMqttBridge.Bench.Measuring;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>One row of the table, as text.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Bridge">The bridge's value.</param>
/// <param name="Peer">The peer and its value.</param>
/// <param name="Judgement">The result and its target.</param>
internal sealed record FigureRow(string What, string Bridge, string Peer, Judgement Judgement)
{
    /// <summary>Whether the target is reached; empty without a target.</summary>
    public string Verdict =>
        Judgement.IsReached switch
        {
            true => "reached",
            false => "**missed**",
            null => "",
        };

    public override string ToString() => $"{What}: {Bridge} | {Peer} | {Judgement.Result} {Judgement.Target} {Verdict}".TrimEnd();
}

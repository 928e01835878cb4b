using SshMqttBridge.Bench.Measuring;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>One line of the table, in words.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Bridge">The bridge's.</param>
/// <param name="Peer">Whose the other value is, and that value.</param>
/// <param name="Judgement">The result, beside what it was to be.</param>
internal sealed record FigureRow(string What, string Bridge, string Peer, Judgement Judgement)
{
    /// <summary>Whether it is what it was to be; empty where nothing was asked for.</summary>
    public string Verdict =>
        Judgement.IsReached switch
        {
            true => "reached",
            false => "**missed**",
            null => "",
        };

    public override string ToString() => $"{What}: {Bridge} | {Peer} | {Judgement.Result} {Judgement.Target} {Verdict}".TrimEnd();
}

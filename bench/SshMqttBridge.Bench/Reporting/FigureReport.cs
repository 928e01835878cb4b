using SshMqttBridge.Bench.Measuring;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>What one figure's run found.</summary>
internal sealed class FigureReport
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>The machine, and how busy it was when this run began.</summary>
    public required MachineFacts Machine { get; init; }

    public bool IsQuick { get; init; }

    public double Seconds { get; set; }

    public string? Failure { get; set; }

    public List<FigureRow> Rows { get; init; } = [];

    public List<string> Notes { get; init; } = [];

    /// <summary>To be plotted; none: there is no picture.</summary>
    public List<PlotPoint> Points { get; init; } = [];

    /// <summary>What their x is.</summary>
    public string PointsAxis { get; set; } = "";

    public void Add(string what, Sample bridge, string peerName, Sample peer, Judgement judgement) =>
        Rows.Add(new FigureRow($"{what}, {bridge.Values.Count} each", bridge.ToString(), $"{peerName}: {peer}", judgement));

    public void Add(string what, string bridge, string peer, Judgement judgement) =>
        Rows.Add(new FigureRow(what, bridge, peer, judgement));

    public void Note(string note) => Notes.Add(note);
}

/// <summary>A point of a line in a plot.</summary>
internal sealed record PlotPoint(string Line, double X, double Y);

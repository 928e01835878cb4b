using SshMqttBridge.Bench.Measuring;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>The results of one run of a figure.</summary>
internal sealed class FigureReport
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>The machine, and its load at the start of the run.</summary>
    public required MachineFacts Machine { get; init; }

    public bool IsQuick { get; init; }

    public double Seconds { get; set; }

    public string? Failure { get; set; }

    public List<FigureRow> Rows { get; init; } = [];

    public List<string> Notes { get; init; } = [];

    /// <summary>The points to plot; empty: no plot.</summary>
    public List<PlotPoint> Points { get; init; } = [];

    /// <summary>The label of the x axis.</summary>
    public string PointsAxis { get; set; } = "";

    public void Add(string what, Sample bridge, string peerName, Sample peer, Judgement judgement) =>
        Rows.Add(new FigureRow($"{what}, {bridge.Values.Count} each", bridge.ToString(), $"{peerName}: {peer}", judgement));

    public void Add(string what, string bridge, string peer, Judgement judgement) =>
        Rows.Add(new FigureRow(what, bridge, peer, judgement));

    public void Note(string note) => Notes.Add(note);
}

/// <summary>A point of a line in a plot.</summary>
internal sealed record PlotPoint(string Line, double X, double Y);

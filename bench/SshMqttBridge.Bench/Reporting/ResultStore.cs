using System.Text.Encodings.Web;
using System.Text.Json;
using SshMqttBridge.Bench.Figures;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>
/// Stores the latest report of each figure in a separate file, so that a figure can be measured again on its own.
/// </summary>
internal sealed class ResultStore(string folder)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The stored reports, in the order of the table.</summary>
    public IEnumerable<FigureReport> Reports => AllFigures.List.Select(figure => Load(figure.Name)).OfType<FigureReport>();

    /// <summary>Whether there is a result of a full run that succeeded.</summary>
    public bool HasFull(string name) => Load(name) is { IsQuick: false, Failure: null };

    public void Save(FigureReport report)
    {
        Directory.CreateDirectory(Path.Combine(folder, "results"));
        File.WriteAllText(FileOf(report.Name), JsonSerializer.Serialize(report, Json) + "\n");
    }

    private FigureReport? Load(string name) =>
        File.Exists(FileOf(name)) ? JsonSerializer.Deserialize<FigureReport>(File.ReadAllText(FileOf(name)), Json) : null;

    private string FileOf(string name) => Path.Combine(folder, "results", $"{name}.json");
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SshMqttBridge.Bench.Figures;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>Keeps each figure's last report in a file of its own, so that one can be measured again alone, and makes the table of all of them.</summary>
internal sealed class ResultStore(string folder)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Save(FigureReport report)
    {
        Directory.CreateDirectory(Path.Combine(folder, "results"));
        File.WriteAllText(FileOf(report.Name), JsonSerializer.Serialize(report, Json) + "\n");
    }

    public FigureReport? Load(string name) =>
        File.Exists(FileOf(name)) ? JsonSerializer.Deserialize<FigureReport>(File.ReadAllText(FileOf(name)), Json) : null;

    /// <returns>The file that was written.</returns>
    public string WriteTable()
    {
        StringBuilder text = new();
        var reports = AllFigures.List.Select(figure => Load(figure.Name)).OfType<FigureReport>().ToArray();
        new ResultTable(text).Write(reports);
        var file = Path.Combine(folder, "results.md");
        Directory.CreateDirectory(folder);
        File.WriteAllText(file, text.ToString());
        return file;
    }

    /// <summary>Draws what grows.</summary>
    /// <param name="images">The folder for the pictures.</param>
    public void DrawPlots(string images)
    {
        Directory.CreateDirectory(images);
        Draw("servers", new LogPlot("What servers cost", "servers, all connected"));
        Draw("sizes", new LogPlot("What output costs", "bytes of output"));

        void Draw(string name, LogPlot plot)
        {
            if (Load(name) is { Points.Count: > 0 } report)
            {
                File.WriteAllText(Path.Combine(images, $"bench-{name}.svg"), plot.Draw(report.Points));
            }
        }
    }

    private string FileOf(string name) => Path.Combine(folder, "results", $"{name}.json");
}

using System.Text;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>
/// Writes <c>results.md</c> and the plots and, after a full run, updates the table in docs/performance.md.
/// </summary>
internal sealed class Pages(ResultStore store, BenchOptions options)
{
    private const string Begin = "<!-- figures: written by scripts/bench -->";
    private const string End = "<!-- end of figures -->";

    /// <returns>The text of <c>results.md</c>.</returns>
    public string Write()
    {
        FigureReport[] reports = [.. store.Reports];
        var text = ResultPage.Of(reports);
        Directory.CreateDirectory(options.ResultsFolder);
        File.WriteAllText(Path.Combine(options.ResultsFolder, "results.md"), text);
        Draw(reports, options.IsQuick ? options.ResultsFolder : Path.Combine("docs", "images"));
        if (!options.IsQuick)
        {
            // Results of a quick run are not published there.
            Fill(Path.Combine("docs", "performance.md"), ResultPage.TableOf([.. reports.Where(report => !report.IsQuick)]));
        }

        return text;
    }

    private static void Draw(FigureReport[] reports, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var report in reports.Where(report => report.Points.Count > 0))
        {
            LogPlot plot = new(report.Title, report.PointsAxis);
            File.WriteAllText(Path.Combine(folder, $"bench-{report.Name}.svg"), plot.Draw(report.Points));
        }
    }

    private static void Fill(string page, string table)
    {
        if (!File.Exists(page))
        {
            return;
        }

        var text = File.ReadAllText(page);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin >= 0 && end > begin)
        {
            StringBuilder filled = new(text[..begin]);
            filled.Append(Begin).Append("\n\n").Append(table).Append('\n').Append(text[end..]);
            File.WriteAllText(page, filled.ToString());
        }
    }
}

using System.Text;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>Formats reports as Markdown.</summary>
internal static class ResultPage
{
    /// <summary>All reports on one page.</summary>
    public static string Of(IReadOnlyList<FigureReport> reports)
    {
        StringBuilder text = new();
        text.Append(
            """
            # Figures

            Written by `scripts/bench`; docs/performance.md explains them. A value is the median, followed by the 10th and 90th
            percentile or, with fewer than 20 values, the minimum and maximum. The bridge is the native program with its default
            libraries, MQTTnet and SSH.NET, unless a figure names others.


            """
        );
        foreach (var machine in reports.Select(report => report.Machine.ToString()).Distinct(StringComparer.Ordinal))
        {
            text.Append($"- {machine}\n");
        }

        text.Append('\n').Append(TableOf(reports));
        foreach (var report in reports)
        {
            AppendNotes(text, report);
        }

        return text.ToString();
    }

    /// <summary>The table of all figures.</summary>
    public static string TableOf(IReadOnlyList<FigureReport> reports)
    {
        StringBuilder text = new();
        text.Append("| | figure | the bridge | against | result | target | |\n|---|---|---|---|---|---|---|\n");
        foreach (var report in reports)
        {
            foreach (var row in report.Rows)
            {
                text.Append(
                    $"| {report.Name} | {row.What} | {row.Bridge} | {row.Peer} "
                        + $"| {row.Judgement.Result} | {row.Judgement.Target} | {row.Verdict} |\n"
                );
            }

            if (report.Failure is { } failure)
            {
                text.Append($"| {report.Name} | {report.Title} | | | not measured: {OneLine(failure)} | | **failed** |\n");
            }
        }

        return text.ToString();
    }

    private static void AppendNotes(StringBuilder text, FigureReport report)
    {
        text.Append($"\n## {report.Name}\n\n");
        text.Append(
            $"{report.Title}. {report.Machine.Date}, {report.Seconds} s, "
                + $"load average at the start {report.Machine.LoadAverage}{(report.IsQuick ? ", **a quick run**" : "")}.\n"
        );
        text.Append(report.Notes.Count > 0 ? "\n" : "");
        foreach (var note in report.Notes)
        {
            text.Append($"- {note}\n");
        }
    }

    private static string OneLine(string words) => words.Split('\n')[0].Replace("|", "\\|", StringComparison.Ordinal);
}

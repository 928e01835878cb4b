using System.Text;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>All reports as one page of Markdown.</summary>
internal sealed class ResultTable(StringBuilder text)
{
    public void Write(IReadOnlyList<FigureReport> reports)
    {
        text.AppendLine("# Figures").AppendLine();
        text.AppendLine(
                "Written by `scripts/bench`; [what they mean](../docs/performance.md). A value is a median, with the tenth and ninetieth of a hundred behind it, or,"
            )
            .AppendLine("of less than 20 values, the least and the greatest.")
            .AppendLine();
        foreach (var machine in reports.Select(report => report.Machine.ToString()).Distinct(StringComparer.Ordinal))
        {
            text.AppendLine($"- {machine}");
        }

        text.AppendLine()
            .AppendLine("| | figure | the bridge | against | result | to reach | |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var report in reports)
        {
            foreach (var row in report.Rows)
            {
                WriteRow(report, row);
            }

            if (report.Failure is { } failure)
            {
                text.AppendLine($"| {report.Name} | {report.Title} | | | not measured: {OneLine(failure)} | | **failed** |");
            }
        }

        foreach (var report in reports)
        {
            WriteNotes(report);
        }
    }

    private void WriteRow(FigureReport report, FigureRow row)
    {
        text.AppendLine(
            $"| {report.Name} | {row.What} | {row.Bridge} | {row.Peer} | {row.Judgement.Result} | {row.Judgement.Target} | {row.Verdict} |"
        );
    }

    private void WriteNotes(FigureReport report)
    {
        text.AppendLine().AppendLine($"## {report.Name}").AppendLine();
        text.AppendLine(
            $"{report.Title}. {report.Machine.Date}, {report.Seconds} s, load average at the start {report.Machine.LoadAverage}{(report.IsQuick ? ", a quick run" : "")}."
        );
        if (report.Notes.Count > 0)
        {
            text.AppendLine();
        }

        foreach (var note in report.Notes)
        {
            text.AppendLine($"- {note}");
        }
    }

    private static string OneLine(string words) => words.Split('\n')[0].Replace("|", "\\|", StringComparison.Ordinal);
}

using System.Diagnostics;
using SshMqttBridge.Bench.Figures;
using SshMqttBridge.Bench.Reporting;

namespace SshMqttBridge.Bench;

/// <summary>Measures the chosen figures one after another. One that fails is reported, and the others go on.</summary>
internal sealed class BenchRun(BenchOptions options, ResultStore store)
{
    // A figure that hangs is not to keep the others from being measured.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    /// <returns>The exit status: 0 if all could be measured, whatever came out.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var name in options.Figures)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return 130;
            }

            failed += await MeasureAsync(AllFigures.List.Single(figure => figure.Name == name), cancellationToken) ? 0 : 1;
        }

        var file = store.WriteTable();
        store.DrawPlots(options.Scale.IsQuick ? options.ResultsFolder : Path.Combine("docs", "images"));
        Console.WriteLine(await File.ReadAllTextAsync(file, CancellationToken.None));
        return failed == 0 ? 0 : 1;
    }

    private async Task<bool> MeasureAsync(Figure figure, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var machine = MachineFacts.Read();
        Console.Error.WriteLine($"== {figure.Name}: {figure.Title} (load {machine.LoadAverage})");
        FigureReport report = new()
        {
            Name = figure.Name,
            Title = figure.Title,
            Machine = machine,
            IsQuick = options.Scale.IsQuick,
        };
        try
        {
            await figure.MeasureAsync(report, options.Scale, cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (Exception exception)
        {
            report.Failure = exception.Message;
            Console.Error.WriteLine($"{figure.Name} failed: {exception}");
        }

        report.Seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1);
        foreach (var row in report.Rows)
        {
            Console.Error.WriteLine($"   {row}");
        }

        store.Save(report);
        return report.Failure is null;
    }
}

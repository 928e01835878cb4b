using System.Diagnostics;
using SshMqttBridge.Bench.Figures;
using SshMqttBridge.Bench.Reporting;

namespace SshMqttBridge.Bench;

/// <summary>
/// Measures the selected figures one after another. If one fails, its partial results are reported, and the run continues.
/// </summary>
internal sealed class BenchRun(BenchOptions options, ResultStore store)
{
    /// <param name="timeIsUp">The figure exceeded its time limit: it has failed.</param>
    /// <param name="interrupted">The user stopped the run: the results of the current figure are discarded.</param>
    /// <returns>The exit status: 0 if all figures could be measured, whether or not they reached their targets.</returns>
    public async Task<int> RunAsync(CancellationToken timeIsUp, CancellationToken interrupted)
    {
        var failed = 0;
        foreach (var figure in options.Figures)
        {
            failed += await MeasureAsync(figure, timeIsUp, interrupted) ? 0 : 1;
            if (timeIsUp.IsCancellationRequested)
            {
                break;
            }

            if (interrupted.IsCancellationRequested)
            {
                return 130;
            }
        }

        return failed == 0 ? 0 : 1;
    }

    private async Task<bool> MeasureAsync(Figure figure, CancellationToken timeIsUp, CancellationToken interrupted)
    {
        var start = Stopwatch.GetTimestamp();
        FigureReport report = new()
        {
            Name = figure.Name,
            Title = figure.Title,
            Machine = MachineFacts.Read(),
            IsQuick = options.IsQuick,
        };
        Console.Error.WriteLine($"== {figure.Name}: {figure.Title} (load average {report.Machine.LoadAverage})");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeIsUp, interrupted);
        try
        {
            await figure.MeasureAsync(report, options.Scale, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            report.Failure = "time limit exceeded";
        }
        catch (Exception exception)
        {
            report.Failure = exception.Message;
            Console.Error.WriteLine($"{figure.Name} failed: {exception}");
        }

        report.Seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1);
        report.Rows.ForEach(row => Console.Error.WriteLine($"   {row}"));
        if (!interrupted.IsCancellationRequested)
        {
            store.Save(report);
        }

        return report.Failure is null;
    }
}

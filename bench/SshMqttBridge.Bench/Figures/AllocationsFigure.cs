using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using SshMqttBridge.Bench.Allocations;
using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;

namespace SshMqttBridge.Bench.Figures;

/// <summary>
/// The memory allocated for one command, with a server that answers at once and a broker that acknowledges everything.
/// </summary>
internal sealed class AllocationsFigure() : Figure("allocations", "memory allocated for one command")
{
    public override Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        // In this process, without generated code, and with few iterations: allocated bytes hardly vary, and time is not
        // judged.
        var job = Job
            .Default.WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromMinutes(2), logOutput: false))
            .WithWarmupCount(3)
            .WithIterationCount(scale.IsQuick ? 3 : 10);
        var config = ManualConfig
            .CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "allocations"))
            .WithOptions(ConfigOptions.DisableOptimizationsValidator);
        var summary = BenchmarkRunner.Run<CommandAllocations>(config);
        foreach (var measured in summary.Reports)
        {
            var bytes = measured.GcStats.GetBytesAllocatedPerOperation(measured.BenchmarkCase);
            report.Add(
                measured.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
                bytes is { } count ? $"{count:#,0} bytes" : "not measured",
                measured.ResultStatistics is { } times ? $"{times.Mean / 1000:0.0} µs" : "",
                Judgement.None("")
            );
        }

        if (summary.HasCriticalValidationErrors || summary.Reports.Length == 0)
        {
            throw new InvalidOperationException(
                "BenchmarkDotNet returned no measurements: " + string.Join("; ", summary.ValidationErrors)
            );
        }

        return Task.CompletedTask;
    }
}

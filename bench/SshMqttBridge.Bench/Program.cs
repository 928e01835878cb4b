using System.Runtime.InteropServices;
using SshMqttBridge.Bench;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Chaos;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

ResultStore store = new(options.ResultsFolder);
switch (options.Mode)
{
    case BenchMode.List:
        var missing = options.Figures.Where(figure => !options.OnlyMissing || !store.HasFull(figure.Name));
        Console.WriteLine(string.Join('\n', missing.Select(figure => figure.Name)));
        return 0;
    case BenchMode.Table:
        Console.Write(new Pages(store, options).Write());
        return 0;
    default:
        return await MeasureAsync();
}

async Task<int> MeasureAsync()
{
    using RunFolder folder = new();
    using CancellationTokenSource timeIsUp = new();
    using CancellationTokenSource interrupted = new();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, timeIsUp));
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, interrupted));
    return await new BenchRun(options, store).RunAsync(timeIsUp.Token, interrupted.Token);
}

static void Stop(PosixSignalContext context, CancellationTokenSource source)
{
    context.Cancel = true;
    source.Cancel();
}

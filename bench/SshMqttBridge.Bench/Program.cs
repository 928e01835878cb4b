using System.Runtime.InteropServices;
using SshMqttBridge.Bench;
using SshMqttBridge.Bench.Figures;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Chaos;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args, AllFigures.List.Select(figure => figure.Name));
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

using RunFolder folder = new();
using CancellationTokenSource stop = new();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await new BenchRun(options, new ResultStore(options.ResultsFolder)).RunAsync(stop.Token);

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using System.Runtime.InteropServices;
using SshMqttBridge.Chaos;
using SshMqttBridge.Chaos.Groups;

RunOptions options;
try
{
    options = RunOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message}\n{RunOptions.Usage}");
    return 2;
}

using RunFolder folder = new();
using CancellationTokenSource stop = new();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var isGood =
        options.IsSoak ? await new SoakRun(options).RunAsync(stop.Token)
        : options.Group > 0 ? await new GroupRun(options).RunAsync(stop.Token)
        : await new ChaosRun(options).RunAsync(stop.Token);
    Console.WriteLine(isGood ? "good" : $"NOT good; the seed was {options.Seed}");
    return isGood ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("stopped");
    return 130;
}
catch (Exception exception)
{
    Console.Error.WriteLine($"The run failed, seed {options.Seed}: {exception}");
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

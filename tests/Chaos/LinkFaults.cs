using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Chaos;

/// <summary>Injects faults into one link, and logs them.</summary>
internal sealed class LinkFaults(FaultProxy link, string name, EventLog log)
{
    public Task CutAsync()
    {
        log.Write("fault", $"{name}: cut");
        link.Cut();
        return Task.CompletedTask;
    }

    /// <param name="fault">Removed at the end.</param>
    /// <param name="length">How long it lasts, unless the run is over before.</param>
    /// <param name="stop">The end of the run.</param>
    /// <param name="isCut">Whether data that was held back is lost.</param>
    public async Task InjectAsync(LinkFault fault, TimeSpan length, CancellationToken stop, bool isCut = false)
    {
        log.Write("fault", $"{name}: {fault} for {length.TotalSeconds:0.0} s");
        link.Fault = fault;
        await Pause.ForAsync(length, stop);
        if (isCut)
        {
            link.Cut();
        }

        link.Fault = new LinkFault.None();
        log.Write("fault", $"{name}: mended");
    }
}

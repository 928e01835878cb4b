using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Chaos;

/// <summary>Injects faults into the links to one peer, and logs them.</summary>
internal sealed class LinkFaults(IReadOnlyList<FaultProxy> links, string name, EventLog log)
{
    public Task CutAsync()
    {
        log.Write("fault", $"{name}: cut");
        Cut();
        return Task.CompletedTask;
    }

    /// <param name="fault">Removed at the end.</param>
    /// <param name="length">How long it lasts, unless the run is over before.</param>
    /// <param name="stop">The end of the run.</param>
    /// <param name="isCut">Whether data that was held back is lost.</param>
    public async Task InjectAsync(LinkFault fault, TimeSpan length, CancellationToken stop, bool isCut = false)
    {
        log.Write("fault", $"{name}: {fault} for {length.TotalSeconds:0.0} s");
        Set(fault);
        await Pause.ForAsync(length, stop);
        if (isCut)
        {
            Cut();
        }

        Set(new LinkFault.None());
        log.Write("fault", $"{name}: mended");
    }

    /// <summary>Lasts until another one is set.</summary>
    public void Set(LinkFault fault)
    {
        foreach (var link in links)
        {
            link.Fault = fault;
        }
    }

    private void Cut()
    {
        foreach (var link in links)
        {
            link.Cut();
        }
    }
}

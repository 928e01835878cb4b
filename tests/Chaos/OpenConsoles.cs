namespace SshMqttBridge.Chaos;

/// <summary>The web consoles that are open during a run.</summary>
internal sealed class OpenConsoles : IAsyncDisposable
{
    private readonly List<OpenConsole> _consoles = [];

    private OpenConsoles() { }

    public static async Task<OpenConsoles> OpenAsync(World world, int count)
    {
        OpenConsoles consoles = new();
        try
        {
            for (var i = 0; i < count; i++)
            {
                consoles._consoles.Add(await OpenConsole.OpenAsync(world));
            }

            return consoles;
        }
        catch
        {
            await consoles.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reports consoles that the bridge no longer sends events to.</summary>
    public void Check(SoakLedger ledger)
    {
        foreach (var console in _consoles)
        {
            Console.WriteLine($"a web console received {console.ReceivedBytes / 1024.0 / 1024.0:0.0} MiB of events");
            if (!console.IsConnected || console.ReceivedBytes == 0)
            {
                ledger.Fault("the bridge sends a web console no events");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var console in _consoles)
        {
            await console.DisposeAsync();
        }
    }
}

using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Inbound;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary>What the console is given of the bridge.</summary>
/// <param name="Options">Where it listens, and how.</param>
/// <param name="OwnTokenFile">Where the token is kept that the bridge makes, if no other file is named.</param>
/// <param name="JournalFile">What ran lately.</param>
/// <param name="Servers">The servers, in the order of the configuration.</param>
/// <param name="Dispatcher">Takes commands.</param>
/// <param name="Events">Tells what happens.</param>
/// <param name="IsBrokerThere">Whether the bridge is connected to its broker.</param>
internal sealed record ConsoleServices(
    WebConsoleOptions Options,
    string OwnTokenFile,
    string JournalFile,
    IReadOnlyList<Server> Servers,
    Dispatcher Dispatcher,
    EventBus Events,
    Func<bool> IsBrokerThere,
    TimeProvider Time,
    ILoggerFactory Loggers
)
{
    /// <summary>By the wall clock.</summary>
    public DateTimeOffset StartedAt { get; } = Time.GetUtcNow();

    public Server? Find(string? id) => Servers.FirstOrDefault(server => server.Options.Id == id);

    /// <summary>Where the token is.</summary>
    public string TokenFile => Options.TokenFile ?? OwnTokenFile;
}

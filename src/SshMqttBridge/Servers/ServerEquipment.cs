using SshMqttBridge.Configuration;

namespace SshMqttBridge.Servers;

/// <summary>What runs a server's commands: its worker and its connection, for one version of its options.</summary>
/// <param name="Options">The version.</param>
/// <param name="Connection">Whoever runs the equipment disposes of it.</param>
/// <param name="Worker">Takes the queued commands.</param>
internal sealed record ServerEquipment(ServerOptions Options, ServerConnection Connection, ServerWorker Worker)
{
    /// <summary>
    /// Whether these options need no new connection: they differ at most in what a server accepts, not in how it runs it.
    /// </summary>
    public bool Suits(ServerOptions options) =>
        Options
        == options with
        {
            Policy = Options.Policy,
            QueueLimit = Options.QueueLimit,
            Actions = Options.Actions,
            ReportSchedules = Options.ReportSchedules,
        };
}

using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// The result of an attempt to connect. An unreachable server is common, so it is a value: an exception that each method throws
/// again would cost more than the attempt.
/// </summary>
internal sealed record ConnectAttempt
{
    private readonly SharedSession? _session;

    public ConnectAttempt(SharedSession session) => _session = session;

    public ConnectAttempt(SshConnectionException fault) => Fault = fault;

    /// <summary>The failure; null: the attempt succeeded.</summary>
    public SshConnectionException? Fault { get; }

    /// <summary>The open session.</summary>
    /// <exception cref="SshConnectionException">The attempt failed.</exception>
    public SharedSession Session => _session ?? throw new SshConnectionException(Fault!.Fault, Fault.Message, Fault);
}

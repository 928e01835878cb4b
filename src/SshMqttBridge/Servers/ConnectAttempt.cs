using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>What came of an attempt to connect. That a server cannot be reached is a usual thing, so it is a value: an exception thrown from each to the next costs more than the attempt.</summary>
internal sealed record ConnectAttempt
{
    private readonly SharedSession? _live;

    public ConnectAttempt(SharedSession live) => _live = live;

    public ConnectAttempt(SshConnectionException fault) => Fault = fault;

    /// <summary>Why there is no session; null: there is one.</summary>
    public SshConnectionException? Fault { get; }

    /// <exception cref="SshConnectionException">There is none.</exception>
    public SharedSession Live => _live ?? throw new SshConnectionException(Fault!.Fault, Fault.Message, Fault);
}

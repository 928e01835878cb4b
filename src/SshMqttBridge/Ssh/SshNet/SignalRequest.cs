using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Sends a signal to the command (RFC 4254 §6.9). The server does not reply.</summary>
internal sealed class SignalRequest(string signal) : RequestInfo
{
    public override string RequestName => "signal";

    /// <summary>−1: SSH.NET determines the size by writing the message.</summary>
    protected override int BufferCapacity => -1;

    protected override void SaveData()
    {
        base.SaveData();
        Write(signal);
    }
}

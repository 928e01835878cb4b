using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Sends a signal to the command (RFC 4254 §6.9). It has no answer.</summary>
internal sealed class SignalRequest(string signal) : RequestInfo
{
    public override string RequestName => "signal";

    /// <summary>SSH.NET measures it by writing it.</summary>
    protected override int BufferCapacity => -1;

    protected override void SaveData()
    {
        base.SaveData();
        Write(signal);
    }
}

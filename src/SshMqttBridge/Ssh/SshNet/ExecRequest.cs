using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Asks for a command to be run (RFC 4254 §6.5), and for an answer.</summary>
internal sealed class ExecRequest : RequestInfo
{
    private readonly byte[] _command;

    public ExecRequest(byte[] command)
    {
        WantReply = true;
        _command = command;
    }

    public override string RequestName => "exec";

    protected override int BufferCapacity => base.BufferCapacity + sizeof(int) + _command.Length;

    protected override void SaveData()
    {
        base.SaveData();
        WriteBinaryString(_command);
    }
}

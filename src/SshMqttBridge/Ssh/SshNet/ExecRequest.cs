using Renci.SshNet.Messages.Connection;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>The request to run a command (RFC 4254 §6.5), with a reply.</summary>
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

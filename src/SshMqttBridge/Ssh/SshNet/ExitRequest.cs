using System.Buffers.Binary;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>The channel requests by which a server reports how a command ended (RFC 4254 §6.10).</summary>
internal static class ExitRequest
{
    /// <param name="name">The type of the request.</param>
    /// <param name="data">What follows the type and the flag for a reply.</param>
    /// <returns>How the command ended; null: the request is a different one.</returns>
    public static ProcessExit? Parse(string name, ReadOnlySpan<byte> data)
    {
        if (data.Length < sizeof(uint))
        {
            return null;
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(data);
        return name switch
        {
            "exit-status" => new ProcessExit(number, Signal: null),
            "exit-signal" => new ProcessExit(Status: null, SignalName(data[sizeof(uint)..], number)),
            _ => null,
        };
    }

    private static string SignalName(ReadOnlySpan<byte> data, uint length) =>
        Printable.Text(data[..(int)Math.Min(length, (uint)data.Length)], 32);
}

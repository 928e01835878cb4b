using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Renci.SshNet.Security;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// A client of the SSH agent protocol (draft-miller-ssh-agent): lists keys and requests signatures. It blocks the thread that
/// authenticates; disposal from another thread ends the waiting.
/// </summary>
internal sealed class AgentClient : IDisposable
{
    private const int MaximumAnswerBytes = 256 * 1024;
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    private readonly Socket _socket;

    private AgentClient(Socket socket) => _socket = socket;

    /// <returns>Null: there is no agent at <c>SSH_AUTH_SOCK</c>.</returns>
    public static AgentClient? Open()
    {
        var path = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new AgentClient(socket);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // No agent listens there.
            socket.Dispose();
            return null;
        }
    }

    /// <summary>The agent's keys and certificates, each with the allowed signature algorithms of its type.</summary>
    /// <exception cref="IOException">The agent closed the connection, or its answer is invalid.</exception>
    /// <exception cref="SocketException">The connection to the agent was lost.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public IReadOnlyList<HostAlgorithm> Keys(IReadOnlyList<string> allowed)
    {
        var answer = Ask([RequestIdentities]);
        List<HostAlgorithm> keys = [];
        if (answer[0] != IdentitiesAnswer)
        {
            return keys;
        }

        ReadOnlySpan<byte> rest = answer.AsSpan(1);
        for (var left = TakeNumber(ref rest); left > 0; left--)
        {
            var key = TakeText(ref rest).ToArray();
            _ = TakeText(ref rest); // its comment
            ReadOnlySpan<byte> parts = key;
            var type = Encoding.ASCII.GetString(TakeText(ref parts));
            keys.AddRange(SignatureAlgorithms.For(type, allowed).Select(name => new AgentKey(this, name, key)));
        }

        return keys;
    }

    /// <exception cref="IOException">The agent refused to sign.</exception>
    public byte[] Sign(byte[] key, byte[] data, uint flags)
    {
        var request = new byte[1 + sizeof(int) + key.Length + sizeof(int) + data.Length + sizeof(uint)];
        request[0] = SignRequest;
        var rest = request.AsSpan(1);
        Put(ref rest, key);
        Put(ref rest, data);
        BinaryPrimitives.WriteUInt32BigEndian(rest, flags);
        var answer = Ask(request);
        if (answer[0] != SignResponse)
        {
            throw new IOException("the agent refused to sign");
        }

        ReadOnlySpan<byte> signature = answer.AsSpan(1);
        return TakeText(ref signature).ToArray();
    }

    public void Dispose() => _socket.Dispose();

    private byte[] Ask(ReadOnlySpan<byte> request)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, request.Length);
        Send([.. length, .. request]);
        Receive(length);
        var size = BinaryPrimitives.ReadInt32BigEndian(length);
        if (size is < 1 or > MaximumAnswerBytes)
        {
            throw new IOException("the agent's answer has an invalid length");
        }

        var answer = new byte[size];
        Receive(answer);
        return answer;
    }

    private void Send(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length; )
        {
            sent += _socket.Send(bytes.AsSpan(sent));
        }
    }

    private void Receive(byte[] buffer)
    {
        for (var received = 0; received < buffer.Length; )
        {
            var count = _socket.Receive(buffer.AsSpan(received));
            received += count > 0 ? count : throw new IOException("the agent closed the connection");
        }
    }

    private static uint TakeNumber(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(uint))
        {
            throw new IOException("the agent's answer is too short");
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[sizeof(uint)..];
        return number;
    }

    private static ReadOnlySpan<byte> TakeText(ref ReadOnlySpan<byte> rest)
    {
        var length = TakeNumber(ref rest);
        if (length > rest.Length)
        {
            throw new IOException("the agent's answer is too short");
        }

        var text = rest[..(int)length];
        rest = rest[(int)length..];
        return text;
    }

    private static void Put(ref Span<byte> rest, byte[] text)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, text.Length);
        text.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + text.Length)..];
    }
}

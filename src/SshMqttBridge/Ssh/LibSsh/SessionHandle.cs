using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// A libssh session. Freeing it disconnects if the connection is open, and closes libssh's descriptor of the socket.
/// </summary>
internal sealed unsafe class SessionHandle : LibSshHandle
{
    private readonly NativeMethods.Counters* _counters;

    public SessionHandle()
        : base(NativeMethods.New())
    {
        _counters = (NativeMethods.Counters*)NativeMemory.AllocZeroed(2, (nuint)sizeof(NativeMethods.Counters));
        NativeMethods.SetCounters(this, &_counters[0], &_counters[1]);
        NativeMethods.SetBlocking(this, 0);
    }

    /// <summary>Counts the packets that libssh has read in any call.</summary>
    public ulong PacketsReceived => _counters[1].InPackets;

    /// <summary>Whether bytes wait in libssh for room in the socket.</summary>
    public bool WritePending => (NativeMethods.GetStatus(this) & NativeMethods.StatusWritePending) != 0;

    /// <summary>Whether libssh considers the connection lost.</summary>
    public bool Broken =>
        NativeMethods.IsConnected(this) == 0 || (NativeMethods.GetStatus(this) & NativeMethods.StatusClosedError) != 0;

    /// <summary>libssh's message about the last failure; empty: none.</summary>
    public string LastError => Marshal.PtrToStringUTF8(NativeMethods.GetError(this)) ?? "";

    /// <summary>The server's identification string.</summary>
    public string ServerVersion => Marshal.PtrToStringUTF8(NativeMethods.GetServerBanner(this)) ?? "";

    /// <summary>
    /// The negotiated algorithms, after the key exchange. libssh does not report the signature algorithm of the host key.
    /// </summary>
    public NegotiatedAlgorithms Algorithms =>
        new(
            NameOf(NativeMethods.GetKeyExchangeAlgorithm(this)) ?? "",
            HostKey: null,
            NameOf(NativeMethods.GetCipherOut(this)) ?? "",
            NameOf(NativeMethods.GetCipherIn(this)) ?? "",
            MacOf(NativeMethods.GetHmacOut(this)),
            MacOf(NativeMethods.GetHmacIn(this))
        );

    /// <returns>Whether libssh accepted the value.</returns>
    public bool Set(SessionOption option, string value)
    {
        fixed (byte* text = NullTerminated(value))
        {
            return NativeMethods.OptionsSet(this, option, text) == NativeMethods.Ok;
        }
    }

    /// <returns>Whether libssh accepted the value.</returns>
    public bool Set(SessionOption option, int value) => NativeMethods.OptionsSet(this, option, &value) == NativeMethods.Ok;

    /// <summary>Gives libssh a duplicate of the socket's descriptor, and connects.</summary>
    /// <returns>The result of the first attempt to connect.</returns>
    public int Attach(Socket socket)
    {
        var descriptor = DescriptorMethods.Duplicate(socket);

        // libssh stores the descriptor in 16 bits.
        if (descriptor > ushort.MaxValue || !Set(SessionOption.Descriptor, descriptor))
        {
            DescriptorMethods.Close(descriptor);
            throw new IOException("too many open files for libssh");
        }

        var result = NativeMethods.Connect(this);

        // The session's socket owns the descriptor now. With the option still set, ssh_disconnect would leave it open;
        // without it, libssh closes the descriptor once in every case.
        _ = NativeMethods.OptionsSet(this, SessionOption.Descriptor, null);
        return result;
    }

    private static string? NameOf(nint text) => Marshal.PtrToStringUTF8(text);

    // libssh returns aead-gcm or aead-poly1305 if the cipher authenticates by itself.
    private static string? MacOf(nint text) =>
        NameOf(text) is { } name && !name.StartsWith("aead", StringComparison.Ordinal) ? name : null;

    public static byte[] NullTerminated(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    protected override void Free(nint pointer)
    {
        // Otherwise libssh would not write the disconnect message before it closes the socket.
        NativeMethods.SetDescriptorToWrite(pointer);
        NativeMethods.Disconnect(pointer);
        NativeMethods.Free(pointer);
        NativeMemory.Free(_counters);
    }
}

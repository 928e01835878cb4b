using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>A libssh session. Freeing it says goodbye if the connection stands, and closes its own descriptor of it.</summary>
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

    /// <summary>Grows with each packet that libssh has taken in, whichever call did it.</summary>
    public ulong PacketsReceived => _counters[1].InPackets;

    /// <summary>Whether bytes wait in libssh until the socket takes more.</summary>
    public bool WritePending => (NativeMethods.GetStatus(this) & NativeMethods.StatusWritePending) != 0;

    /// <summary>Whether the connection cannot be used any more, as far as libssh knows.</summary>
    public bool Broken =>
        NativeMethods.IsConnected(this) == 0 || (NativeMethods.GetStatus(this) & NativeMethods.StatusClosedError) != 0;

    /// <summary>What libssh said about the last failure; empty if nothing.</summary>
    public string LastError => Marshal.PtrToStringUTF8(NativeMethods.GetError(this)) ?? "";

    /// <summary>The server's identification string.</summary>
    public string ServerVersion => Marshal.PtrToStringUTF8(NativeMethods.GetServerBanner(this)) ?? "";

    /// <summary>What was agreed; after the key exchange. libssh does not tell by which algorithm the host key signed.</summary>
    public NegotiatedAlgorithms Algorithms =>
        new(
            NameOf(NativeMethods.GetKeyExchangeAlgorithm(this)) ?? "",
            HostKey: null,
            NameOf(NativeMethods.GetCipherOut(this)) ?? "",
            NameOf(NativeMethods.GetCipherIn(this)) ?? "",
            MacOf(NativeMethods.GetHmacOut(this)),
            MacOf(NativeMethods.GetHmacIn(this))
        );

    /// <returns>Whether libssh took the value.</returns>
    public bool Set(SessionOption option, string value)
    {
        fixed (byte* text = NullTerminated(value))
        {
            return NativeMethods.OptionsSet(this, option, text) == NativeMethods.Ok;
        }
    }

    /// <returns>Whether libssh took the value.</returns>
    public bool Set(SessionOption option, int value) => NativeMethods.OptionsSet(this, option, &value) == NativeMethods.Ok;

    /// <summary>Has libssh talk over this connection, on a descriptor of its own.</summary>
    /// <returns>What the first try to connect came to.</returns>
    public int Attach(Socket socket)
    {
        var descriptor = DescriptorMethods.Duplicate(socket);

        // libssh keeps 16 bits of it.
        if (descriptor > ushort.MaxValue || !Set(SessionOption.Descriptor, descriptor))
        {
            DescriptorMethods.Close(descriptor);
            throw new IOException("too many open files for libssh");
        }

        var result = NativeMethods.Connect(this);

        // From here on the session's socket has the descriptor. Were the option still set, ssh_disconnect would leave it open;
        // this way libssh closes it in every case, once.
        _ = NativeMethods.OptionsSet(this, SessionOption.Descriptor, null);
        return result;
    }

    private static string? NameOf(nint text) => Marshal.PtrToStringUTF8(text);

    // libssh calls it aead-gcm or aead-poly1305 where the cipher authenticates by itself.
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
        // Else the goodbye would wait inside libssh for the socket to be polled, and be closed with it.
        NativeMethods.SetDescriptorToWrite(pointer);
        NativeMethods.Disconnect(pointer);
        NativeMethods.Free(pointer);
        NativeMemory.Free(_counters);
    }
}

using System.Runtime.InteropServices;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// A session channel that reports to an <see cref="IChannelEvents"/>. Freed under its session's gate: freeing sends end of file
/// and close.
/// </summary>
internal sealed unsafe class ChannelHandle : LibSshHandle
{
    private readonly GCHandle _events;
    private readonly NativeMethods.ChannelCallbacks* _callbacks;

    public ChannelHandle(SessionHandle session, IChannelEvents events)
        : base(NativeMethods.ChannelNew(session), session)
    {
        _events = GCHandle.Alloc(events);
        _callbacks = (NativeMethods.ChannelCallbacks*)NativeMemory.AllocZeroed((nuint)sizeof(NativeMethods.ChannelCallbacks));
        _callbacks->Size = (nuint)sizeof(NativeMethods.ChannelCallbacks);
        _callbacks->UserData = GCHandle.ToIntPtr(_events);
        _callbacks->Data = &OnData;
        _callbacks->EndOfFile = &OnEndOfFile;
        _callbacks->Close = &OnClose;
        _callbacks->ExitStatus = &OnExitStatus;
        _callbacks->ExitSignal = &OnExitSignal;
        _ = NativeMethods.SetChannelCallbacks(this, _callbacks);
    }

    /// <summary>
    /// Whether the server has opened the channel. Only then does it have a number at the server: closing it earlier would close
    /// another channel.
    /// </summary>
    public bool Opened { get; set; }

    protected override void Free(nint pointer)
    {
        // libssh keeps a channel that the peer has not closed yet: it must not call back any more.
        _ = NativeMethods.RemoveChannelCallbacks(pointer, _callbacks);

        if (Opened)
        {
            // ssh_channel_close returns between end of file and close when the socket is full; a second call continues.
            _ = NativeMethods.ChannelSendEndOfFile(pointer);
            _ = NativeMethods.ChannelClose(pointer);
        }

        NativeMethods.ChannelFree(pointer);
        NativeMemory.Free(_callbacks);
        _events.Free();
    }

    private static IChannelEvents From(nint userData) => (IChannelEvents)GCHandle.FromIntPtr(userData).Target!;

    // The listeners do not throw: an exception that leaves one of these methods would end the process.
    [UnmanagedCallersOnly]
    private static int OnData(nint session, nint channel, byte* data, uint length, int isStandardError, nint userData) =>
        From(userData)
            .OnData(
                isStandardError != 0 ? OutputStream.StandardError : OutputStream.StandardOutput,
                new ReadOnlySpan<byte>(data, (int)length)
            );

    [UnmanagedCallersOnly]
    private static void OnEndOfFile(nint session, nint channel, nint userData) => From(userData).OnEndOfFile();

    [UnmanagedCallersOnly]
    private static void OnClose(nint session, nint channel, nint userData) => From(userData).OnClose();

    [UnmanagedCallersOnly]
    private static void OnExitStatus(nint session, nint channel, int status, nint userData) =>
        From(userData).OnExit(new ProcessExit(unchecked((uint)status), Signal: null));

    [UnmanagedCallersOnly]
    private static void OnExitSignal(
        nint session,
        nint channel,
        nint signal,
        int core,
        nint message,
        nint language,
        nint userData
    ) =>
        From(userData)
            .OnExit(new ProcessExit(Status: null, Marshal.PtrToStringUTF8(signal) is { } name ? Printable.Text(name, 32) : null));
}

using System.Runtime.InteropServices;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>What the connection's thread needs of the kernel: waiting for a socket and a wake-up at the same time.</summary>
internal static unsafe partial class NativeMethods
{
    private const string LibC = "libc";

    public const short PollIn = 0x001;
    public const short PollOut = 0x004;
    public const short PollError = 0x008;
    public const short PollHangUp = 0x010;

    public const int EventNonBlocking = 0x800;
    public const int EventCloseOnExec = 0x80000;

    private const int SolSocket = 1;
    private const int SoError = 4;
    private const int SolTcp = 6;
    private const int TcpCork = 3;
    private const int TcpQuickAck = 12;

    public const int ErrorInterrupted = 4;
    public const int ErrorAgain = 11;
    public const int ErrorPipe = 32;
    public const int ErrorProtocol = 71;
    public const int ErrorReset = 104;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport(LibC, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(LibC, EntryPoint = "eventfd", SetLastError = true)]
    public static partial WakeUpHandle EventDescriptor(uint initial, int flags);

    [LibraryImport(LibC, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(WakeUpHandle descriptor, ulong* value, nuint bytes);

    [LibraryImport(LibC, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(WakeUpHandle descriptor, ulong* value, nuint bytes);

    [LibraryImport(LibC, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport(LibC, EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetSocketOption(int socket, int level, int name, int* value, uint* length);

    [LibraryImport(LibC, EntryPoint = "setsockopt")]
    private static partial int SetSocketOption(int socket, int level, int name, int* value, uint length);

    /// <summary>Has what was read last from a TCP socket acknowledged now.</summary>
    public static void AcknowledgeAtOnce(int socket)
    {
        var on = 1;
        // Without it things go slower, no more.
        _ = SetSocketOption(socket, SolTcp, TcpQuickAck, &on, sizeof(int));
    }

    /// <summary>Holds back what is written to a TCP socket until it is let go or fills a packet.</summary>
    public static void HoldBack(int socket, bool hold)
    {
        var value = hold ? 1 : 0;
        _ = SetSocketOption(socket, SolTcp, TcpCork, &value, sizeof(int));
    }

    /// <summary>Takes the pending error of a socket, 0 if there is none.</summary>
    public static int TakeSocketError(int socket)
    {
        var error = 0;
        var length = (uint)sizeof(int);
        return GetSocketOption(socket, SolSocket, SoError, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }
}

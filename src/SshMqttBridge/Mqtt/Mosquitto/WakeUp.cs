using System.ComponentModel;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>Ends the wait of one thread in <c>poll</c>. <see cref="Set"/> may be called from any thread, the rest from the waiting one.</summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private readonly WakeUpHandle _event;
    private int _set;

    /// <exception cref="Win32Exception">No descriptor left.</exception>
    public WakeUp()
    {
        _event = NativeMethods.EventDescriptor(0, NativeMethods.EventNonBlocking | NativeMethods.EventCloseOnExec);
        if (_event.IsInvalid)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>To poll for reading; owned by this object.</summary>
    public int Descriptor => (int)_event.DangerousGetHandle();

    /// <summary>Many calls before the thread wakes cost one write.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _set, 1) != 0)
        {
            return;
        }

        try
        {
            var one = 1UL;
            NativeMethods.Write(_event, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The thread has ended; nobody is waiting.
        }
    }

    /// <summary>Call when <c>poll</c> has said that it is set, and before looking at what there is to do: what is added afterwards sets it anew.</summary>
    public void Reset()
    {
        ulong count;
        NativeMethods.Read(_event, &count, sizeof(ulong));
        Interlocked.Exchange(ref _set, 0);
    }

    public void Dispose() => _event.Dispose();
}

using Microsoft.Win32.SafeHandles;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>A <c>struct mosquitto *</c>. Used, and freed, by the one thread that made it.</summary>
internal sealed class MosquittoHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private static int s_live;

    public MosquittoHandle(string clientId, nint userData)
        : base(ownsHandle: true)
    {
        SetHandle(NativeMethods.New(clientId, cleanStart: true, userData));
        if (IsInvalid)
        {
            throw new MqttConnectionException(
                MqttFault.LoginRefused,
                $"the client id '{clientId}' is not one that MQTT can have, or memory ran out"
            );
        }

        Interlocked.Increment(ref s_live);
    }

    /// <summary>How many there are in the process now. For tests: 0 when all connections are disposed.</summary>
    public static int Live => Volatile.Read(ref s_live);

    protected override bool ReleaseHandle()
    {
        NativeMethods.Destroy(handle);
        Interlocked.Decrement(ref s_live);
        return true;
    }
}

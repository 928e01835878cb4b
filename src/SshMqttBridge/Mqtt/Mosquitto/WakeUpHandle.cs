using Microsoft.Win32.SafeHandles;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>The descriptor of an <c>eventfd</c>.</summary>
internal sealed class WakeUpHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => NativeMethods.Close((int)handle) == 0;
}

using System.Diagnostics;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>A time limit that several consecutive attempts share.</summary>
internal sealed class ConnectTime(TimeSpan whole)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The time for the next of the remaining attempts; unused time is divided among them.</summary>
    public TimeSpan Share(int attempts)
    {
        var left = whole - Stopwatch.GetElapsedTime(_start);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left / attempts;
    }
}

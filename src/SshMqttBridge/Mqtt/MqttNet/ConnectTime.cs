using System.Diagnostics;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>A time that several attempts, one after another, have to share.</summary>
internal sealed class ConnectTime(TimeSpan whole)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>What the next of so many attempts may take: what an earlier one left over is shared among the rest.</summary>
    public TimeSpan Share(int attempts)
    {
        var left = whole - Stopwatch.GetElapsedTime(_start);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left / attempts;
    }
}

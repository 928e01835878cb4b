using SshMqttBridge.Ssh;

namespace SshMqttBridge.Output;

/// <summary>Receives the output of one running command in pieces. Must neither wait nor throw.</summary>
internal interface IOutputSink
{
    /// <summary>Whether it takes the next pieces now. If not, they stay in the buffer, which skips what no longer fits.</summary>
    bool IsReady { get; }

    /// <summary>Publishes a piece. Not for concurrent calls.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="text">Whole characters.</param>
    /// <param name="skippedBytes">The number of bytes left out before it.</param>
    void Publish(OutputStream stream, string text, long skippedBytes);
}

using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Output;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Publishes the output of one running command on <c>output</c>. Takes no pieces until the broker has acknowledged the previous
/// ones, so a slow broker receives less of a flood, and the command never waits.
/// </summary>
internal sealed class LiveOutput(ExecCommand command, string topic, Outbox outbox) : IOutputSink
{
    private readonly long[] _offsets = new long[2];
    private int _inFlight;

    public bool IsReady => Volatile.Read(ref _inFlight) == 0;

    public void Publish(OutputStream stream, string text, long skippedBytes)
    {
        var offset = _offsets[(int)stream] + skippedBytes;
        _offsets[(int)stream] = offset + Encoding.UTF8.GetByteCount(text);
        // The next offset tells the subscribers that this piece is missing.
        if (!outbox.IsFull)
        {
            Interlocked.Increment(ref _inFlight);
            outbox.Post(
                new MqttPublication(topic, Json(stream, offset, text)),
                completed: () => Interlocked.Decrement(ref _inFlight),
                shrink: _ => Json(stream, offset, "")
            );
        }
    }

    private byte[] Json(OutputStream stream, long offset, string text)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("id", command.Id);
            json.WriteString("stream", stream == OutputStream.StandardError ? "err" : "out");
            json.WriteNumber("offset", offset);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

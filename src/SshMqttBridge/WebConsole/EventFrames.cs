using System.Buffers;
using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Formats Server-Sent Events (HTML, section 9.2.5) for one browser: a name, and one line of JSON. Not thread-safe.
/// </summary>
internal sealed class EventFrames
{
    private readonly ArrayBufferWriter<byte> _frames = new();

    /// <summary>The frames since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _frames.WrittenMemory;

    /// <summary>
    /// Starts the stream: the reconnect delay, and the start time, by which the page recognizes a restart of the bridge.
    /// </summary>
    public void AddHello(DateTimeOffset startedAt)
    {
        _frames.Write("retry: 1000\n\n"u8);
        Add(
            "hello",
            json =>
            {
                json.WriteStartObject();
                json.WriteString("startedAt", UtcMillisecondsConverter.ToText(startedAt));
                json.WriteEndObject();
            }
        );
    }

    public void Add(ServerEvent serverEvent) => Add(EventJson.NameOf(serverEvent), json => EventJson.Write(json, serverEvent));

    /// <summary>Shows both sides that the connection is alive. An event, because scripts do not receive comments.</summary>
    public void AddPing() => _frames.Write("event: ping\ndata: {}\n\n"u8);

    public void Clear() => _frames.ResetWrittenCount();

    private void Add(string name, Action<Utf8JsonWriter> write)
    {
        _frames.Write(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));
        using (var json = new Utf8JsonWriter(_frames, BridgeJson.Writer))
        {
            write(json);
        }

        _frames.Write("\n\n"u8);
    }
}

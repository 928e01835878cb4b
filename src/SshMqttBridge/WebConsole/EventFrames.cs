using System.Buffers;
using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;

namespace SshMqttBridge.WebConsole;

/// <summary>Events on their way to one browser, in the form of HTML's section 9.2.5: a name, and JSON in a single line. Not thread-safe.</summary>
internal sealed class EventFrames
{
    private readonly ArrayBufferWriter<byte> _frames = new();

    /// <summary>What was added and not cleared.</summary>
    public ReadOnlyMemory<byte> Written => _frames.WrittenMemory;

    /// <summary>Begins the stream: when to come again after its end, and which run of the bridge this is.</summary>
    public void AddHello(DateTimeOffset startedAt)
    {
        _frames.Write("retry: 1000\n\n"u8);
        Add(
            "hello",
            json =>
            {
                json.WriteStartObject();
                json.WriteString("startedAt", EventJson.Time(startedAt));
                json.WriteEndObject();
            }
        );
    }

    public void Add(ServerEvent happened) => Add(EventJson.NameOf(happened), json => EventJson.Write(json, happened));

    /// <summary>Shows both sides that the other is there. An event and no comment, since a page is not told of comments.</summary>
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

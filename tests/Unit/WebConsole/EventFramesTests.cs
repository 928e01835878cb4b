using System.Text;
using SshMqttBridge.Events;
using SshMqttBridge.Ssh;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class EventFramesTests
{
    private readonly EventFrames _frames = new();

    [Fact]
    public void AddHello_ShouldWriteTheRetryIntervalAndTheStartTime()
    {
        _frames.AddHello(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

        Written().ShouldBe("retry: 1000\n\nevent: hello\ndata: {\"startedAt\":\"2026-11-22T10:00:00.000Z\"}\n\n");
    }

    [Fact]
    public void AddPing_ShouldWriteAnEventThatReachesThePage()
    {
        _frames.AddPing();

        Written().ShouldBe("event: ping\ndata: {}\n\n");
    }

    [Fact]
    public void Add_GivenTextOfSeveralLines_ShouldStayOneLineOfData()
    {
        _frames.Add(new ServerEvent.Output("nas", "7", OutputStream.StandardError, "a\n\nevent: x\r\n", 3));

        Written()
            .ShouldBe(
                "event: output\ndata: {\"server\":\"nas\",\"id\":\"7\",\"stream\":\"err\",\"text\":\"a\\n\\nevent: x\\r\\n\",\"skipped\":3}\n\n"
            );
    }

    [Fact]
    public void Add_GivenAGroup_ShouldWriteWhoLeadsAndTheOthers()
    {
        DateTimeOffset since = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);
        _frames.Add(
            new ServerEvent.Group(new GroupState("pi-2", false, true, "pi-1", since, [("pi-1", "leader"), ("pi-3", "offline")]))
        );
        _frames.Add(new ServerEvent.Group(new GroupState("pi-2", true, false, "pi-2", null, [])));

        Written()
            .ShouldBe(
                "event: group\ndata: {\"instance\":\"pi-2\",\"isLeader\":false,\"broker\":\"online\",\"leader\":\"pi-1\","
                    + "\"since\":\"2026-11-27T09:00:00.000Z\",\"others\":[{\"instance\":\"pi-1\",\"state\":\"leader\"},"
                    + "{\"instance\":\"pi-3\",\"state\":\"offline\"}]}\n\n"
                    + "event: group\ndata: {\"instance\":\"pi-2\",\"isLeader\":true,\"broker\":\"offline\",\"leader\":\"pi-2\","
                    + "\"since\":null,\"others\":[]}\n\n"
            );
    }

    [Fact]
    public void Clear_ShouldStartOver()
    {
        _frames.AddPing();
        _frames.Clear();

        Written().ShouldBeEmpty();
    }

    private string Written() => Encoding.UTF8.GetString(_frames.Written.Span);
}

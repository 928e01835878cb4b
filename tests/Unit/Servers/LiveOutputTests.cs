using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Output;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>The output of a running command on <c>output</c>, in a buffer as in the bridge.</summary>
public sealed class LiveOutputTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly Outbox _outbox = new(messageLimit: 10);
    private readonly OutputBroadcaster _output;

    public LiveOutputTests()
    {
        ExecCommand command = new("true", TimeSpan.FromSeconds(1), null) { Origin = new("nas", "x", default, 0), Id = "7 \"x\"" };
        _output = new OutputBroadcaster(new LiveOutput(command, "ssh/nas/output", _outbox), _time);
    }

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Add_GivenOutput_ShouldPublishItWithoutRetaining()
    {
        Out("é\n");

        _outbox.TryTake(out var message).ShouldBeTrue();
        message!.Publication.Topic.ShouldBe("ssh/nas/output");
        message.Publication.Retain.ShouldBeFalse();
        Encoding
            .UTF8.GetString(message.Publication.Payload.Span)
            .ShouldBe("""{"id":"7 \"x\"","stream":"out","offset":0,"text":"é\n"}""");
    }

    [Fact]
    public void Add_GivenBothStreams_ShouldCountTheBytesOfEach()
    {
        Out("é");
        _output.Add(OutputStream.StandardError, "x"u8);
        AcknowledgeAll();
        _time.Advance(Interval);
        Out("b");
        _output.Add(OutputStream.StandardError, "y"u8);
        AcknowledgeAll();
        _time.Advance(Interval);
        AcknowledgeAll();

        Taken.ShouldBe([("out", 0, "é"), ("err", 0, "x"), ("out", 2, "b"), ("err", 1, "y")]);
    }

    [Fact]
    public void Add_GivenABrokerThatDoesNotAcknowledge_ShouldWaitAndPublishTheRestAtTheEnd()
    {
        for (var i = 0; i < 100; i++)
        {
            Out($"{i % 10}");
            _time.Advance(Interval);
        }

        _outbox.Count.ShouldBe(1);
        _output.Dispose();

        AcknowledgeAll();
        Taken.Count.ShouldBe(2);
        string.Concat(Taken.Select(piece => piece.Text)).ShouldBe(string.Concat(Enumerable.Repeat("0123456789", 10)));
    }

    [Fact]
    public void Add_GivenAnAcknowledgement_ShouldContinue()
    {
        Out("a");
        _time.Advance(Interval);
        Out("b");
        _time.Advance(Interval);
        AcknowledgeAll();
        _time.Advance(Interval);
        AcknowledgeAll();

        Taken.ShouldBe([("out", 0, "a"), ("out", 1, "b")]);
    }

    [Fact]
    public void Add_GivenAFlood_ShouldShowWhatIsMissingByTheOffset()
    {
        Out("a");
        Out(new string('b', BoundedOutput.MaximumPending));
        Out("c");
        AcknowledgeAll();
        _time.Advance(Interval);
        AcknowledgeAll();

        var (_, offset, text) = Taken[1];
        offset.ShouldBe(1 + BoundedOutput.MaximumPending + 1 - BoundedOutput.MaximumChunk);
        text.ShouldBe(new string('b', BoundedOutput.MaximumChunk - 1) + "c");
    }

    [Fact]
    public void Add_GivenAFullOutbox_ShouldLeaveItOut()
    {
        for (var i = 0; i < 10; i++)
        {
            _outbox.TryPost(new MqttPublication("other", ReadOnlyMemory<byte>.Empty));
        }

        Out("lost");
        AcknowledgeAll();
        _time.Advance(Interval);
        Out("shown");
        AcknowledgeAll();

        Taken.ShouldBe([("out", 4, "shown")]);
    }

    private List<(string Stream, int Offset, string Text)> Taken { get; } = [];

    private void Out(string text) => _output.Add(OutputStream.StandardOutput, Encoding.UTF8.GetBytes(text));

    private void AcknowledgeAll()
    {
        while (_outbox.TryTake(out var message))
        {
            if (message.Publication.Topic != "other")
            {
                var json = JsonDocument.Parse(message.Publication.Payload).RootElement;
                Taken.Add(
                    (
                        json.GetProperty("stream").GetString()!,
                        json.GetProperty("offset").GetInt32(),
                        json.GetProperty("text").GetString()!
                    )
                );
            }

            _outbox.Complete(message, acknowledged: true);
        }
    }
}

using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Events;
using SshMqttBridge.Output;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Output;

public sealed class OutputBroadcasterTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly EventBus _events = new();
    private readonly EventSubscription _listener;
    private readonly OutputBroadcaster _tap;

    public OutputBroadcasterTests()
    {
        _listener = _events.Subscribe();
        _tap = new OutputBroadcaster(new EventOutput(_events, "nas", "7"), _time);
    }

    public void Dispose()
    {
        _tap.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public void Add_GivenOutputAfterAPause_ShouldPublishItAtOnce()
    {
        Out("a");
        Taken().ShouldBe([("a", 0)]);
        _time.Advance(2 * Interval);

        Out("b");

        Taken().ShouldBe([("b", 0)]);
    }

    [Fact]
    public void Add_GivenManyPieces_ShouldPublishTwentyEventsASecond()
    {
        var published = 0;
        for (var i = 0; i < 1000; i++)
        {
            Out("x");
            _time.Advance(TimeSpan.FromMilliseconds(1));
            published += Taken().Count;
        }

        published.ShouldBeInRange(19, 21);
    }

    [Fact]
    public void Add_GivenAFlood_ShouldLoseNothingFromTheCount()
    {
        long characters = 0,
            skipped = 0;
        for (var i = 0; i < 300; i++)
        {
            Out(new string('x', 32 * 1024));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Count();
        }

        _tap.Dispose();
        Count();

        (characters + skipped).ShouldBe(300L * 32 * 1024);
        skipped.ShouldBeGreaterThan(0);
        characters.ShouldBeInRange(BoundedOutput.MaximumPending, 8 * BoundedOutput.MaximumPending);

        void Count()
        {
            foreach (var (text, left) in Taken())
            {
                text.Length.ShouldBeLessThanOrEqualTo(BoundedOutput.MaximumChunk);
                characters += text.Length;
                skipped += left;
            }
        }
    }

    [Fact]
    public void Add_GivenBothStreams_ShouldPublishThemApart()
    {
        _tap.Add(OutputStream.StandardOutput, "o"u8);
        _tap.Add(OutputStream.StandardError, "e"u8);
        _time.Advance(Interval);

        List<ServerEvent.Output> published = [];
        while (_listener.TryTake(out var happened))
        {
            published.Add(happened.ShouldBeOfType<ServerEvent.Output>());
        }

        published.ShouldBe([
            new("nas", "7", OutputStream.StandardOutput, "o", 0),
            new("nas", "7", OutputStream.StandardError, "e", 0),
        ]);
    }

    [Fact]
    public void Dispose_GivenPendingOutput_ShouldPublishItAndNothingAfterwards()
    {
        Out("a");
        Out("b");

        _tap.Dispose();

        Taken().ShouldBe([("a", 0), ("b", 0)]);
        _time.Advance(2 * Interval);
        Taken().ShouldBeEmpty();
    }

    private void Out(string text) => _tap.Add(OutputStream.StandardOutput, System.Text.Encoding.UTF8.GetBytes(text));

    private List<(string Text, long Skipped)> Taken()
    {
        List<(string, long)> taken = [];
        while (_listener.TryTake(out var happened))
        {
            var output = happened.ShouldBeOfType<ServerEvent.Output>();
            taken.Add((output.Text, output.SkippedBytes));
        }

        return taken;
    }
}

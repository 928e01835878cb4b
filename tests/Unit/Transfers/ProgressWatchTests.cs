using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

public sealed class ProgressWatchTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly List<TransferProgress> _reported = [];
    private readonly ProgressWatch _watch;
    private long _credit = 2 * MiB;

    public ProgressWatchTests() => _watch = new ProgressWatch(_time, _reported.Add, () => _credit);

    [Fact]
    public void Finish_GivenLessThanHalfASecond_ShouldReportNothing()
    {
        _watch.Begin(100, isUpload: false);
        _watch.Moved(100);
        Pass(0.499);

        _watch.Finish();

        _reported.ShouldBeEmpty();
    }

    [Fact]
    public void Tick_GivenADownload_ShouldReportTwiceASecondAndAtTheEnd()
    {
        _watch.Begin(1000, isUpload: false);
        _watch.Moved(300);
        Pass(0.5);
        Pass(0.5);
        _watch.Moved(600);
        Pass(0.5);
        _watch.Moved(100);
        Pass(0.1);
        _watch.Finish();
        Pass(10);

        _reported.ShouldBe([
            new TransferProgress(300, 1000, 600, IsLast: false),
            new TransferProgress(300, 1000, 0, IsLast: false),
            new TransferProgress(900, 1000, 1200, IsLast: false),
            new TransferProgress(1000, 1000, 625, IsLast: true),
        ]);
    }

    [Fact]
    public void Tick_GivenAnUpload_ShouldCountTheBytesThePeerHasReceived()
    {
        _watch.Begin(3 * MiB, isUpload: true);
        _watch.Moved(2 * MiB);
        Pass(0.5);
        _credit += MiB;
        Pass(0.5);

        _reported.Select(progress => progress.Bytes).ShouldBe([0, MiB]);
    }

    [Fact]
    public void Tick_GivenAPeerWithAWideWindow_ShouldGoByWhatWasSent()
    {
        _watch.Begin(100L * MiB, isUpload: true);
        _watch.Moved(50 * MiB);
        Pass(0.5);

        _reported.Single().Bytes.ShouldBe(46 * MiB);
    }

    [Fact]
    public void Tick_GivenAPeerThatOpensItsWindowTooFar_ShouldNotReportMoreThanWasSent()
    {
        _watch.Begin(100, isUpload: true);
        _watch.Moved(10);
        _credit += MiB;
        Pass(0.5);
        _credit -= MiB;
        Pass(0.5);

        _reported.Select(progress => progress.Bytes).ShouldBe([10, 10]);
    }

    [Fact]
    public void Dispose_GivenAFailure_ShouldReportNothing()
    {
        _watch.Begin(1000, isUpload: true);
        Pass(0.5);

        _watch.Dispose();
        _credit = long.MinValue;
        Pass(10);

        _reported.Count.ShouldBe(1);
    }

    [Fact]
    public void Begin_GivenNoCallback_ShouldInspectNothing()
    {
        using var watch = new ProgressWatch(_time, report: null, () => throw new InvalidOperationException("looked at"));

        watch.Begin(1000, isUpload: true);
        watch.Moved(10);
        Pass(1);
        watch.Finish();
    }

    [Fact]
    public void Moved_GivenABlock_ShouldAllocateNothing()
    {
        _watch.Begin(1000, isUpload: true);
        _watch.Moved(1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            _watch.Moved(1);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    public void Dispose() => _watch.Dispose();

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}

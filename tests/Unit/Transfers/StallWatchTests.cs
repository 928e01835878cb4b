using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

public sealed class StallWatchTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(40);

    private readonly WatchedTimeProvider _time = new();

    [Fact]
    public async Task Token_GivenNothingMoves_ShouldBeCancelled()
    {
        await using StallWatch watch = new(_time, Timeout, () => 0, CancellationToken.None);

        Pass(3);
        watch.Token.IsCancellationRequested.ShouldBeFalse();
        Pass(1);

        watch.Token.IsCancellationRequested.ShouldBeTrue();
        watch.HasStalled.ShouldBeTrue();
    }

    [Fact]
    public async Task Token_GivenTheBridgeDidNotRun_ShouldGiveThePeerTheWholeTimeAgain()
    {
        await using StallWatch watch = new(_time, Timeout, () => 0, CancellationToken.None);

        _time.Suspend(TimeSpan.FromMinutes(10));
        Pass(4);
        watch.Token.IsCancellationRequested.ShouldBeFalse();
        Pass(1);

        watch.Token.IsCancellationRequested.ShouldBeTrue();
    }

    private void Pass(int quarters)
    {
        for (var i = 0; i < quarters; i++)
        {
            _time.Advance(Timeout / 4);
        }
    }
}

using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ConnectThrottleTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectThrottle _turns;

    public ConnectThrottleTests() => _turns = new ConnectThrottle(_clock);

    private async Task<List<ConnectThrottle.Turn>> TakeAllAsync()
    {
        List<ConnectThrottle.Turn> taken = [];
        for (var i = 0; i < ConnectThrottle.MaximumConcurrency; i++)
        {
            taken.Add(await _turns.TakeAsync(CancellationToken.None));
        }

        return taken;
    }

    [Fact]
    public async Task TakeAsync_GivenNoFreeTurn_ShouldWaitUntilOneEnds()
    {
        var taken = await TakeAllAsync();
        var next = _turns.TakeAsync(CancellationToken.None).AsTask();
        next.IsCompleted.ShouldBeFalse();

        taken[3].Dispose();

        using var turn = await next.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task TakeAsync_GivenTheOthersTakeLong_ShouldNotWaitForThem()
    {
        var taken = await TakeAllAsync();
        var next = _turns.TakeAsync(CancellationToken.None).AsTask();

        _clock.Advance(ConnectThrottle.MaximumTurn);

        using var turn = await next.WaitAsync(TimeSpan.FromSeconds(30));
        taken.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Keep_GivenServersThatHaveAnswered_ShouldHoldTheirTurnsUntilReleased()
    {
        var taken = await TakeAllAsync();
        var next = _turns.TakeAsync(CancellationToken.None).AsTask();
        taken.ForEach(one => one.Keep());

        _clock.Advance(ConnectThrottle.MaximumTurn * 2);
        next.IsCompleted.ShouldBeFalse();

        taken[7].Dispose();
        using var turn = await next.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task TakeAsync_GivenATurnThatEndsTwice_ShouldLetOneIn()
    {
        var taken = await TakeAllAsync();
        taken[0].Dispose();
        taken[0].Dispose();

        using var turn = await _turns.TakeAsync(CancellationToken.None);
        _turns.TakeAsync(CancellationToken.None).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task TakeAsync_GivenItIsCancelled_ShouldLeaveTheTurnToTheNext()
    {
        var taken = await TakeAllAsync();
        using CancellationTokenSource stop = new();
        var cancelled = _turns.TakeAsync(stop.Token).AsTask();
        var next = _turns.TakeAsync(CancellationToken.None).AsTask();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);

        taken[0].Dispose();

        using var turn = await next.WaitAsync(TimeSpan.FromSeconds(30));
    }
}

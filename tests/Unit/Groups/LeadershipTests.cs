using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Groups;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>When an instance acts for its group.</summary>
public sealed class LeadershipTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Leadership _leadership;

    public LeadershipTests() => _leadership = new Leadership(_time);

    public void Dispose() => _leadership.Dispose();

    [Fact]
    public async Task IsHeld_GivenALeaseThatIsNotRenewed_ShouldBeFalseAndEndTheTerm()
    {
        _leadership.Hold(7, Second);
        var term = await _leadership.NextAsync(default);

        _time.Advance(Second - TimeSpan.FromMilliseconds(1));
        _leadership.IsHeld.ShouldBeTrue();
        term.Lost.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        _leadership.IsHeld.ShouldBeFalse();
        await ShouldEndAsync(term);
        term.Epoch.ShouldBe(7);
        _leadership.NextAsync(default).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Hold_GivenRenewals_ShouldContinueTheTerm()
    {
        _leadership.Hold(7, Second);
        var term = await _leadership.NextAsync(default);
        for (var i = 1; i < 10; i++)
        {
            _time.Advance(Second / 2);
            _leadership.Hold(7, _leadership.Now + Second);
        }

        term.Lost.IsCancellationRequested.ShouldBeFalse();
        (await _leadership.NextAsync(default)).ShouldBe(term);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(7, 2)]
    public async Task Hold_GivenAnotherEpochOrAGap_ShouldBeginANewTerm(long epoch, int gapSeconds)
    {
        _leadership.Hold(7, Second);
        var first = await _leadership.NextAsync(default);

        _time.Advance(gapSeconds * Second);
        _leadership.Hold(epoch, _leadership.Now + Second);
        var second = await _leadership.NextAsync(default);

        await ShouldEndAsync(first);
        (second.Epoch, second.Lost.IsCancellationRequested).ShouldBe((epoch, false));
    }

    [Fact]
    public void Hold_GivenATimeThatHasPassed_ShouldNotHold()
    {
        _time.Advance(2 * Second);

        _leadership.Hold(7, Second);

        _leadership.IsHeld.ShouldBeFalse();
        _leadership.NextAsync(default).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Lose_GivenATerm_ShouldEndIt()
    {
        _leadership.Hold(7, Second);
        var term = await _leadership.NextAsync(default);

        _leadership.Lose();

        _leadership.IsHeld.ShouldBeFalse();
        await ShouldEndAsync(term);
    }

    /// <summary>The token is cancelled on another thread.</summary>
    private static async Task ShouldEndAsync(LeaderTerm term)
    {
        TaskCompletionSource ended = new();
        await using var registration = term.Lost.Register(ended.SetResult);
        await ended.Task.WaitAsync(Patience);
    }
}

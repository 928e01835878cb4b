using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Configuration;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class WarmChannelTests : IDisposable
{
    private readonly FakeSession _session = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _session.Lose();

    [Fact]
    public async Task TakeAsync_GivenAnOpenChannel_ShouldReturnItOnce()
    {
        await using var spare = new WarmChannel(_session, _time);
        spare.Open();
        spare.Open();

        (await spare.TakeAsync(default)).ShouldNotBeNull();
        (await spare.TakeAsync(default)).ShouldBeNull();
        _session.ChannelCount.ShouldBe(1);
    }

    [Fact]
    public async Task TakeAsync_GivenAnExpiredChannel_ShouldReturnNullAndCloseIt()
    {
        await using var spare = new WarmChannel(_session, _time);
        spare.Open();
        var taken = (FakeProcess?)await spare.TakeAsync(default);
        taken!.IsDisposed.ShouldBeFalse("the caller closes it");

        spare.Open();
        _time.Advance(WarmChannel.Lifetime);

        (await spare.TakeAsync(default)).ShouldBeNull();
        _session.Last!.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task TakeAsync_GivenTheServerClosedIt_ShouldReturnNull()
    {
        await using var spare = new WarmChannel(_session, _time);
        spare.Open();
        _session.Last!.Ends(ProcessExit.Unknown);

        (await spare.TakeAsync(default)).ShouldBeNull();
        _session.Last!.IsDisposed.ShouldBeTrue("else it stays in memory for as long as the connection");
    }

    [Fact]
    public async Task OpenChannelAsync_GivenARefusalWhileAnotherIsBeingClosed_ShouldRetryOnce()
    {
        await using var live = new SharedSession(_session, new StopScript(StopRule.Auto), _time);
        _session.ChannelFault = new SshChannelException("MaxSessions");
        _session.OnPing = _ =>
        {
            _session.ChannelFault = null;
            return Task.CompletedTask;
        };

        (await live.OpenChannelAsync(default)).ShouldNotBeNull();

        _session.ChannelFault = new SshChannelException("MaxSessions");
        _session.OnPing = _ => Task.CompletedTask;
        await Should.ThrowAsync<SshChannelException>(() => live.OpenChannelAsync(default));
    }

    [Fact]
    public async Task Open_GivenTheServerRefused_ShouldNotRetry()
    {
        _session.ChannelFault = new SshChannelException("MaxSessions");
        await using var spare = new WarmChannel(_session, _time);
        spare.Open();
        (await spare.TakeAsync(default)).ShouldBeNull();

        spare.Open();

        (await spare.TakeAsync(default)).ShouldBeNull();
        _session.ChannelCount.ShouldBe(1);
    }

    [Fact]
    public async Task TakeAsync_GivenTheConnectionIsLost_ShouldReturnNull()
    {
        _session.ChannelFault = new SshConnectionException(SshFault.Lost, "gone");
        await using var spare = new WarmChannel(_session, _time);
        spare.Open();

        (await spare.TakeAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task TakeAsync_GivenNoAnswerAndACancelledToken_ShouldThrowAndStillEnd()
    {
        _session.IsSilent = true;
        var spare = new WarmChannel(_session, _time);
        spare.Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await spare.TakeAsync(cancelled.Token));
        await spare.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task DisposeAsync_GivenAnOpenChannel_ShouldCloseIt()
    {
        var spare = new WarmChannel(_session, _time);
        spare.Open();

        await spare.DisposeAsync();

        _session.Last!.IsDisposed.ShouldBeTrue();
        spare.Open();
        _session.ChannelCount.ShouldBe(1);
    }
}

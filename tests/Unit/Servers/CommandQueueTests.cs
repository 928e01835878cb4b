using SshMqttBridge.Servers;
using SshMqttBridge.Tests.Unit.Journal;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class CommandQueueTests
{
    private const int Limit = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CommandQueue _queue = new();

    [Fact]
    public async Task TryAdd_GivenAReaderThatWaits_ShouldRunItHereAndNow()
    {
        var reader = 0;
        var waiting = ReadAsync();
        _queue.IsAwaited.ShouldBeTrue();

        _queue.TryAdd(Command("1"), Limit).ShouldBeTrue();

        reader.ShouldBe(Environment.CurrentManagedThreadId);
        _queue.IsAwaited.ShouldBeFalse();
        await waiting;

        async Task ReadAsync()
        {
            await _queue.WaitAsync(CancellationToken.None);
            reader = Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task Wake_GivenALockThatTheReaderNeeds_ShouldNotRunItUnderThatLock()
    {
        Lock gate = new();
        var waiting = ReadAsync();

        lock (gate)
        {
            _queue.Wake();
            waiting.IsCompleted.ShouldBeFalse();
        }

        await waiting.WaitAsync(Patience);

        async Task ReadAsync()
        {
            await _queue.WaitAsync(CancellationToken.None);
            lock (gate) { }
        }
    }

    [Fact]
    public async Task WaitAsync_GivenASignalThatCameBefore_ShouldReturnOnce()
    {
        _queue.Wake();
        _queue.Wake();

        await _queue.WaitAsync(CancellationToken.None);

        _queue.WaitAsync(CancellationToken.None).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task WaitAsync_GivenASignalAfterAReaderGaveUp_ShouldReturnToTheNextOne()
    {
        using var limit = new CancellationTokenSource();
        var gaveUp = _queue.WaitAsync(limit.Token).AsTask();
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gaveUp);

        _queue.TryAdd(Command("1"), Limit);

        await _queue.WaitAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
        _queue.TryTake(out var taken).ShouldBeTrue();
        taken!.Command.Id.ShouldBe("1");
    }

    [Fact]
    public void TryAdd_GivenAFullQueue_ShouldRefuse()
    {
        _queue.TryAdd(Command("1"), Limit).ShouldBeTrue();
        var second = Command("2");
        _queue.TryAdd(second, Limit).ShouldBeTrue();

        _queue.TryAdd(Command("3"), Limit).ShouldBeFalse();

        _queue.TryRemove(second).ShouldBeTrue();
        _queue.TryAdd(Command("4"), Limit).ShouldBeTrue();
        _queue.Count.ShouldBe(2);
    }

    private static PendingCommand Command(string id) => new(JournalCommands.Exec(id));
}

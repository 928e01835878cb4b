using System.Security.Cryptography;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Contracts;

// Lost connections, cancellation and disposal.
public abstract partial class SshTransportContract
{
    [Fact]
    public async Task Disconnected_GivenAKilledServer_ShouldBeCancelledAndFailAllPendingCalls()
    {
        await using var session = await ConnectAsync();
        TaskCompletionSource disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.Disconnected.Register(disconnected.SetResult);
        await using var process = await StartAsync(session, "echo ready; exec sleep 600");
        await ReadUntilAsync(process, "ready");
        var reading = process.ReadAsync(new byte[10], Token).AsTask();
        var writing = process.WriteAsync(new byte[100_000_000], Token).AsTask();

        await _server!.KillAsync();

        await ShouldBeLostAsync(() => reading);
        await ShouldBeLostAsync(() => writing);
        await ShouldBeLostAsync(() => process.Exit.WaitAsync(Token));
        await disconnected.Task.WaitAsync(Token);
        session.Disconnected.IsCancellationRequested.ShouldBeTrue();
        await ShouldBeLostAsync(() => session.PingAsync(Token));
        await ShouldBeLostAsync(() => session.OpenChannelAsync(Token));
        await ShouldBeLostAsync(async () => await process.ReadAsync(new byte[10], Token));
        await ShouldBeLostAsync(async () => await process.WriteAsync(new byte[10], Token));
        await ShouldBeLostAsync(async () => await process.SignalAsync("TERM", Token));
        await ShouldBeLostAsync(async () => await process.CloseInputAsync(Token));
    }

    [Fact]
    public async Task ReadAsync_GivenAKilledServer_ShouldFirstGiveWhatHasArrived()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "echo famous last words; exec sleep 600");

        // What one write of the command has brought arrives as a whole.
        (await process.ReadAsync(new byte[1], Token)).Count.ShouldBe(1);
        await _server!.KillAsync();
        await ShouldBeLostAsync(() => process.Exit.WaitAsync(Token));

        (await ReadUntilAsync(process, "\n")).ShouldBe("amous last words\n");
        await ShouldBeLostAsync(async () => await process.ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Disconnected_GivenAnIdleSession_ShouldBeCancelledWhenTheServerCloses()
    {
        await using var session = await ConnectAsync();
        TaskCompletionSource disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.Disconnected.Register(disconnected.SetResult);

        _server!.KillSessions();

        await disconnected.Task.WaitAsync(Token);
        await using (var next = await ConnectAsync(_server, WithKey(_server.Key)))
        {
            await next.PingAsync(Token);
            await _server.StopAsync();
            await ShouldBeLostAsync(() => next.PingAsync(Token));
        }

        await _server.StartAsync();
        await using var last = await ConnectAsync(_server, WithKey(_server.Key));
        await last.PingAsync(Token);
    }

    [Fact]
    public async Task PingAsync_GivenAStoppedServer_ShouldWaitUntilCancelledAndWorkAgainLater()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "cat");
        _server!.Pause();
        using CancellationTokenSource cancelling = new();
        var ping = session.PingAsync(cancelling.Token);
        ping.IsCompleted.ShouldBeFalse();

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => ping.WaitAsync(Token));
        session.Disconnected.IsCancellationRequested.ShouldBeFalse();
        _server.Resume();
        await session.PingAsync(Token);
        await session.PingAsync(Token);
        (await RunAsync(session, "echo again")).Output.ShouldBe("again\n");
    }

    [Fact]
    public async Task WriteAsync_GivenAServerThatStopsForAWhile_ShouldResumeAndBeExact()
    {
        await using var session = await ConnectAsync();
        var file = _server!.Folder["uploaded"];
        await using var process = await StartAsync(session, $"echo ready; cat > {file}");
        await ReadUntilAsync(process, "ready");
        var data = RandomNumberGenerator.GetBytes(60_000_000);
        _server.Pause();
        var writing = process.WriteAsync(data, Token).AsTask();
        writing.IsCompleted.ShouldBeFalse();

        _server.Resume();

        await writing;
        await process.CloseInputAsync(Token);
        (await process.Exit.WaitAsync(Token)).Status.ShouldBe(0);
        (await File.ReadAllBytesAsync(file, Token)).AsSpan().SequenceEqual(data).ShouldBeTrue();
    }

    [Fact]
    public async Task ReadAsync_GivenCancellation_ShouldThrowAtOnceAndLoseNothing()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "cat");
        for (var i = 0; i < 100; i++)
        {
            using CancellationTokenSource cancelling = new();
            var reading = process.ReadAsync(new byte[10], cancelling.Token).AsTask();
            reading.IsCompleted.ShouldBeFalse();
            await cancelling.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => reading.WaitAsync(Token));
            await process.WriteAsync("x"u8.ToArray(), Token);
            (await process.ReadAsync(new byte[10], Token)).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task WriteAsync_GivenCancellationWhileNobodyReads_ShouldThrow()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "echo ready; exec sleep 600");
        await ReadUntilAsync(process, "ready");
        using CancellationTokenSource cancelling = new();
        var writing = process.WriteAsync(new byte[100_000_000], cancelling.Token).AsTask();
        await session.PingAsync(Token);
        writing.IsCompleted.ShouldBeFalse();

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => writing.WaitAsync(Token));
        (await RunAsync(session, "echo next")).Output.ShouldBe("next\n");
    }

    [Fact]
    public async Task OpenChannelAsync_GivenCancellation_ShouldNotLeaveTheChannelOpen()
    {
        await using var session = await ConnectAsync("MaxSessions 1");
        _server!.Pause();
        using CancellationTokenSource cancelling = new();
        Task opening = session.OpenChannelAsync(cancelling.Token);
        opening.IsCompleted.ShouldBeFalse();

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => opening.WaitAsync(Token));
        _server.Resume();
        await session.PingAsync(Token);
        (await RunWhenAllowedAsync(session, "echo free")).Output.ShouldBe("free\n");
    }

    [Fact]
    public async Task StartAsync_GivenCancellation_ShouldThrowAndASignalWaitsItsTurn()
    {
        await using var session = await ConnectAsync();
        await using var process = await session.OpenChannelAsync(Token);
        _server!.Pause();
        using CancellationTokenSource cancelling = new();
        var starting = process.StartAsync("cat", cancelling.Token);
        starting.IsCompleted.ShouldBeFalse();

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => starting.WaitAsync(Token));
        var signalling = process.SignalAsync("TERM", Token).AsTask();
        signalling.IsCompleted.ShouldBeFalse();
        _server.Resume();
        await signalling.WaitAsync(Token);
    }

    [Fact]
    public async Task DisposeAsync_GivenWorkUnderWay_ShouldEndIt()
    {
        var session = await ConnectAsync();
        var process = await StartAsync(session, "echo ready; exec sleep 600");
        await ReadUntilAsync(process, "ready");
        Task reading = process.ReadAsync(new byte[10], Token).AsTask();
        var writing = process.WriteAsync(new byte[100_000_000], Token).AsTask();
        // The server has received as much as its window allows: the socket has room for a disconnect message, for which nothing
        // waits.
        await session.PingAsync(Token);
        await session.PingAsync(Token);

        await session.DisposeAsync();
        await session.DisposeAsync();

        await ShouldBeLostAsync(() => reading.WaitAsync(Token));
        await ShouldBeLostAsync(() => writing.WaitAsync(Token));
        await ShouldBeLostAsync(() => process.Exit.WaitAsync(Token));
        // Another thread says so, a moment after it has ended the rest.
        await Eventually.TrueAsync(() => session.Disconnected.IsCancellationRequested, "the session is not disconnected");
        await ShouldBeLostAsync(() => session.PingAsync(Token));
        await process.DisposeAsync();
        await Eventually.TrueAsync(
            () => _server!.CountInLog("Received disconnect from") == 1,
            "the server received no disconnect message"
        );
    }

    [Fact]
    public async Task DisposeAsync_GivenAStoppedServer_ShouldNotWaitForIt()
    {
        var session = await ConnectAsync();
        var process = await StartAsync(session, "cat");
        _server!.Pause();

        await process.DisposeAsync();
        await session.DisposeAsync().AsTask().WaitAsync(Token);

        _server.Resume();
    }

    [Fact]
    public async Task ConnectAsync_GivenAHundredSessions_ShouldLeaveNoDescriptorOpen()
    {
        var server = await StartServerAsync();
        await ConnectAndRunAsync(server);
        var before = OpenSockets();
        for (var i = 0; i < 10; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ConnectAndRunAsync(server)));
        }

        await Eventually.TrueAsync(() => OpenSockets() <= before, $"of {before} sockets there are {OpenSockets()}");
    }

    private async Task ConnectAndRunAsync(SshdServer server)
    {
        await using var session = await ConnectAsync(server, WithKey(server.Key));
        (await RunAsync(session, "echo hi")).Output.ShouldBe("hi\n");
    }

    private static int OpenSockets() =>
        Directory
            .EnumerateFiles("/proc/self/fd")
            .Count(descriptor => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}

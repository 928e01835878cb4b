using System.Collections.Concurrent;
using System.Threading.Channels;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>Passes each connection attempt to the test, which decides its outcome.</summary>
internal sealed class FakeTransport : ISshTransport
{
    private readonly Channel<Attempt> _attempts = Channel.CreateUnbounded<Attempt>();
    private readonly ConcurrentBag<FakeSession> _sessions = [];

    public int Count { get; private set; }

    /// <summary>Whether each attempt succeeds at once, for tests that do not decide when or whether there is one.</summary>
    public bool AcceptsAll { get; set; }

    public async Task<ISshSession> ConnectAsync(SshConnectRequest request, CancellationToken cancellationToken)
    {
        Count++;
        if (AcceptsAll)
        {
            return new FakeSession();
        }

        var attempt = new Attempt(request);
        _attempts.Writer.TryWrite(attempt);
        var session = await attempt.Outcome.Task.WaitAsync(cancellationToken);
        _sessions.Add((FakeSession)session);
        return session;
    }

    /// <summary>From now on no session opens a channel, so that commands are stopped by signals.</summary>
    public void RefuseChannels()
    {
        foreach (var session in _sessions)
        {
            session.ChannelFault = new SshChannelException("the test ends");
        }
    }

    /// <summary>Waits for the next attempt.</summary>
    public async Task<Attempt> NextAsync() => await _attempts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits for the next attempt and lets it succeed.</summary>
    public async Task<FakeSession> AcceptAsync()
    {
        var session = new FakeSession();
        (await NextAsync()).Outcome.SetResult(session);
        return session;
    }

    /// <summary>Waits for the next attempt and lets it fail.</summary>
    public async Task RefuseAsync(SshFault fault, string message = "refused") =>
        (await NextAsync()).Outcome.SetException(new SshConnectionException(fault, message));

    internal sealed record Attempt(SshConnectRequest Request)
    {
        public TaskCompletionSource<ISshSession> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

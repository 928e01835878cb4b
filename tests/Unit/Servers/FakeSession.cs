using System.Threading.Channels;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>A session whose channels the test controls. Pings are answered unless the test disables that.</summary>
internal sealed class FakeSession : ISshSession
{
    private readonly CancellationTokenSource _disconnected = new();
    private readonly Channel<FakeProcess> _processes = Channel.CreateUnbounded<FakeProcess>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostKey HostKey { get; } = new("ssh-ed25519", new byte[] { 1, 2, 3 });
    public NegotiatedAlgorithms Algorithms { get; } = new("none", null, "none", "none", null, null);

    public string ServerVersion { get; set; } = "SSH-2.0-OpenSSH_9.2p1";

    public bool HasForcedCommand { get; set; }

    public CancellationToken Disconnected => _disconnected.Token;

    public ulong ReceivedBytes { get; set; }

    /// <summary>Completes when the bridge has closed it.</summary>
    public Task Closed => _closed.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public bool IsClosed => _closed.Task.IsCompleted;

    // Never at once, as no network does: a loop of pings must let the clock move.
    public Func<CancellationToken, Task> OnPing { get; set; } = async _ => await Task.Yield();

    /// <summary>Thrown instead of opening a channel.</summary>
    public Exception? ChannelFault { get; set; }

    /// <summary>The channel opened last, whether a command was started in it or not.</summary>
    public FakeProcess? Last { get; private set; }

    /// <summary>How many channels were requested.</summary>
    public int ChannelCount { get; private set; }

    /// <summary>Channels are never answered.</summary>
    public bool IsSilent { get; set; }

    public async Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken)
    {
        ChannelCount++;
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (ChannelFault is not null)
        {
            throw ChannelFault;
        }

        return Last = new FakeProcess(process => _processes.Writer.TryWrite(process));
    }

    public Task PingAsync(CancellationToken cancellationToken) => OnPing(cancellationToken);

    /// <summary>Waits until the bridge has started the next command.</summary>
    public Task<FakeProcess> NextAsync() => _processes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits for the script that stops the command, and lets it do so.</summary>
    public async Task StopAsync(FakeProcess process)
    {
        var script = await NextAsync();
        script.CommandLine.ShouldStartWith("exec sh -c '");
        process.Ends(new ProcessExit(null, "TERM"));
        script.Print("ssh-mqtt-bridge stop: ended\n");
        script.End(0);
    }

    public void Lose() => _disconnected.Cancel();

    ValueTask ISshSession.DisposeAsync()
    {
        _disconnected.Cancel();
        _closed.TrySetResult();
        return ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync() => ((ISshSession)this).DisposeAsync();
}

using System.Collections.Concurrent;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Connection;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// An authenticated connection: the transport is SSH.NET's, the channels are the bridge's own. SSH.NET keeps one thread that
/// listens to the server.
/// </summary>
internal sealed class SshNetSession : ISshSession
{
    /// <summary>SSH.NET sends packets of up to 68,536 bytes, and a request is one packet.</summary>
    private const int CommandBytes = 68_000;

    /// <summary>How long the disconnect message may take: a server that reads nothing must not delay the caller.</summary>
    private static readonly TimeSpan DisconnectTime = TimeSpan.FromMilliseconds(200);

    /// <summary>A server that leaves more requests unanswered never answers any.</summary>
    private const int MaximumPings = 1000;

    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private readonly string _server;
    private readonly CancellationTokenSource _disconnected = new();
    private readonly ConcurrentDictionary<uint, SshNetProcess> _processes = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _pings = new();
    private readonly Lock _gate = new();
    private uint _lastChannel;
    private int _isReleased;
    private SshConnectionException? _fault;

    /// <param name="link">The link of an authenticated session. This object closes it.</param>
    public SshNetSession(SessionLink link, HostKey hostKey, string server)
    {
        Link = link;
        _server = server;
        HostKey = hostKey;
        var info = link.Session.ConnectionInfo;
        Algorithms = new NegotiatedAlgorithms(
            info.CurrentKeyExchangeAlgorithm ?? "",
            info.CurrentHostKeyAlgorithm,
            info.CurrentClientEncryption ?? "",
            info.CurrentServerEncryption ?? "",
            info.CurrentClientHmacAlgorithm,
            info.CurrentServerHmacAlgorithm
        );
        CommandLimitBytes = CommandText.LimitFor(CommandBytes, link.Session.ServerVersion);
        CommandHint = CommandLimitBytes == CommandBytes ? " With 'sshLibrary: libssh' the limit is 256000 bytes." : "";
        Listen(link.Session);
        if (!link.Session.IsConnected)
        {
            Fail($"the connection to {_server} was lost: the server closed it");
        }
    }

    public HostKey HostKey { get; }

    public NegotiatedAlgorithms Algorithms { get; }

    public CancellationToken Disconnected => _disconnected.Token;

    public string ServerVersion => Link.Session.ServerVersion ?? "";

    public bool HasForcedCommand => Link.HasForcedCommand;

    public ulong ReceivedBytes => Ssh.ReceivedBytes.Of(SessionInternals.Socket(Link.Session));

    internal SessionLink Link { get; }

    /// <summary>The longest command that can be sent.</summary>
    internal int CommandLimitBytes { get; }

    /// <summary>How to raise that limit; empty: it cannot be raised.</summary>
    internal string CommandHint { get; }

    /// <summary>Why the connection is unusable, as a new exception each time; null: it is usable.</summary>
    internal SshConnectionException? Fault =>
        _fault is { } fault ? new SshConnectionException(fault.Fault, fault.Message, fault.InnerException) : null;

    public async Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken)
    {
        SshNetProcess process;
        lock (_gate)
        {
            ThrowIfUnusable();
            process = new SshNetProcess(this, ++_lastChannel);
            _processes[process.Number] = process;
        }

        Link.Post(
            new ChannelOpenMessage(process.Number, ReceiveWindow.InitialBytes, ReceiveWindow.PacketBytes, new SessionChannel())
        );
        try
        {
            await process.Opened.WaitAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource pong = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ThrowIfUnusable();
            _pings.Enqueue(pong);
            if (_pings.Count > MaximumPings)
            {
                _pings.TryDequeue(out _);
            }
        }

        Link.Post(new KeepAliveRequest());
        await pong.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) != 0)
        {
            return;
        }

        Fail($"the connection to {_server} was closed");

        // Dispose of SSH.NET waits for locks that a stuck send holds, and for its listener.
        var closing = Task.Factory.StartNew(
            static session => DisposeSession((Session)session!),
            Link.Session,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        if (await Task.WhenAny(closing, Task.Delay(DisconnectTime)) != closing)
        {
            Link.Abort();
            await Task.WhenAny(closing, Task.Delay(ClosingTime));
        }

        Link.Abort();
        Link.Dispose();
    }

    internal void ThrowIfUnusable()
    {
        if (Fault is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Disposes of the session, also when its socket was closed meanwhile.</summary>
    internal static void DisposeSession(Session session)
    {
        try
        {
            session.Dispose();
        }
        catch (Exception exception)
            when (exception
                    is ObjectDisposedException
                        or NullReferenceException
                        or SshException
                        or System.Net.Sockets.SocketException
            )
        {
            // The socket was closed meanwhile.
        }
    }

    // SSH.NET passes exceptions of its event handlers to ErrorOccured.
    private void Listen(Session session)
    {
        session.ErrorOccured += (_, error) => Lose(error.Exception);
        session.Disconnected += (_, _) => Fail($"the connection to {_server} was lost: the server closed it");
        session.RequestSuccessReceived += (_, _) => OnPong();
        session.RequestFailureReceived += (_, _) => OnPong();
        SessionInternals.OnUnimplemented(session, (_, _) => OnPong());
        session.ChannelOpenConfirmationReceived += (_, e) => Opening(e.Message.LocalChannelNumber).OnOpened(e.Message);
        session.ChannelOpenFailureReceived += (_, e) => Remove(Opening(e.Message.LocalChannelNumber)).OnRefused(e.Message);
        session.ChannelWindowAdjustReceived += (_, e) => Of(e.Message.LocalChannelNumber).OnWindow(e.Message.BytesToAdd);
        session.ChannelDataReceived += (_, e) =>
            Of(e.Message.LocalChannelNumber)
                .OnData(OutputStream.StandardOutput, e.Message.Data.AsSpan(e.Message.Offset, e.Message.Size));
        session.ChannelExtendedDataReceived += (_, e) =>
            Of(e.Message.LocalChannelNumber).OnData(OutputStream.StandardError, e.Message.Data);
        session.ChannelEofReceived += (_, e) => Of(e.Message.LocalChannelNumber).OnEndOfFile();
        session.ChannelCloseReceived += (_, e) => Remove(Of(e.Message.LocalChannelNumber)).OnClosed();
        session.ChannelRequestReceived += (_, e) => Of(e.Message.LocalChannelNumber).OnRequest(e.Message);
        session.ChannelSuccessReceived += (_, e) => Of(e.Message.LocalChannelNumber).OnAnswer(isSuccess: true);
        session.ChannelFailureReceived += (_, e) => Of(e.Message.LocalChannelNumber).OnAnswer(isSuccess: false);
    }

    private SshNetProcess Of(uint channel) =>
        _processes.TryGetValue(channel, out var process) && process.IsOpen
            ? process
            : throw new InvalidDataException($"a message for channel {channel}, which is not open");

    private SshNetProcess Opening(uint channel) =>
        _processes.TryGetValue(channel, out var process) && !process.IsOpen
            ? process
            : throw new InvalidDataException($"an answer to a request to open channel {channel}, which was not sent");

    private SshNetProcess Remove(SshNetProcess process)
    {
        _ = _processes.TryRemove(process.Number, out _);
        return process;
    }

    private void OnPong()
    {
        if (_pings.TryDequeue(out var ping))
        {
            ping.TrySetResult();
        }
    }

    // SSH.NET closes the connection only after some of its own exceptions.
    private void Lose(Exception exception)
    {
        Fail($"the connection to {_server} was lost: {Describe(exception)}");
        Link.Abort();
    }

    private void Fail(string why)
    {
        SshConnectionException fault = new(SshFault.Lost, why);
        lock (_gate)
        {
            if (_fault is not null)
            {
                return;
            }

            _fault = fault;
        }

        foreach (var process in _processes.Values)
        {
            process.Fail(fault);
        }

        while (_pings.TryDequeue(out var ping))
        {
            ping.Fail(fault);
        }

        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _disconnected, preferLocal: false);
    }

    private static string Describe(Exception exception) =>
        exception switch
        {
            InvalidDataException broken => $"the server violated the protocol: {broken.Message}",
            _ when exception.Message.Contains("aborted by the server", StringComparison.Ordinal) => "the server closed it",
            _ => Printable.Text(exception.Message, 300),
        };
}

using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>
/// The thread: waits for the socket and for work, and lets the library read, write and ping. Everything here runs on it alone or under the gate; while it waits it
/// leaves the gate, and others may send.
/// The library's own <c>mosquitto_loop</c> will not do: its <c>select</c> ends at descriptor 1,023.
/// </summary>
internal sealed unsafe partial class MosquittoConnection
{
    private const int MaximumPayloadOfMqtt = 268_435_455;

    // Messages without a PUBACK. The library walks through all of them for each one it sends, so more of them make it slower.
    private const int LargestWindow = 100;

    // The library looks at its keep-alive clock when asked, which counts in seconds.
    private const int TickMilliseconds = 1_000;
    private const int FirstFamilyMilliseconds = 3_000;
    private const int GoodbyeMilliseconds = 1_000;
    private const int MostReadsInARow = 64;
    private const int MostHangUps = 3;

    // More than that is the thread's to send: whoever has so much to say has more to do meanwhile.
    private const int MostWorkOfOthers = 16;

    // net__init_tls of the library initialises globals without a lock.
    private static readonly Lock s_tls = new();

    private readonly Dictionary<int, PendingPublish> _publishes = [];
    private readonly Dictionary<int, PendingSubscribe> _subscribes = [];
    private readonly List<string> _libraryErrors = [];
    private readonly List<(PendingPublish Pending, MqttRefusedException? Refusal)> _answers = [];
    private MosquittoHandle _client = null!;
    private int _window = LargestWindow;
    private bool _isTcpConnected;
    private bool _isConnected;
    private bool _isOver;
    private bool _isHeldBack;
    private int _hangUps;
    private MqttConnectionException? _fault;

    private void Run()
    {
        var self = GCHandle.Alloc(this);
        try
        {
            var families = Families();
            for (var i = 0; i < families.Count && !_stopping; i++)
            {
                (_fault, _isTcpConnected, _hangUps) = (null, false, 0);
                using (_client = MosquittoClient.Create(_request, GCHandle.ToIntPtr(self)))
                {
                    SetCallbacks();
                    Connect(families[i], limited: i + 1 < families.Count);
                }

                if (_isTcpConnected)
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            _fault ??= e as MqttConnectionException ?? new MqttConnectionException(MqttFault.Lost, e.Message, inner: e);
        }
        finally
        {
            End();
            self.Free();
            _wakeUp.Dispose();
            _ended.TrySetResult();
        }
    }

    /// <summary>
    /// One address to bind to for each family of addresses that the name has: the library tries a second address only when the first one
    /// fails at once, so a broker that listens on IPv4 alone would never be found behind a name that has both.
    /// </summary>
    private IReadOnlyList<string?> Families()
    {
        var host = _request.Options.Host;
        if (IPAddress.TryParse(host, out _))
        {
            return [null];
        }

        try
        {
            var families = Dns.GetHostAddresses(host).Select(address => address.AddressFamily).Distinct().ToArray();
            return families.Length < 2
                ? [null]
                : [.. families.Select(family => family == AddressFamily.InterNetworkV6 ? "::" : "0.0.0.0")];
        }
        catch (SocketException e)
        {
            throw new MqttConnectionException(MqttFault.Unreachable, $"'{host}' does not resolve: {e.Message}", inner: e);
        }
    }

    private void Connect(string? bindAddress, bool limited)
    {
        var options = _request.Options;
        // The library takes 0 (off) or 5 to 65,535 seconds.
        var keepAlive =
            options.KeepAlive <= TimeSpan.Zero ? 0 : (int)Math.Clamp(Math.Ceiling(options.KeepAlive.TotalSeconds), 5, 65_535);
        int result;
        int errno;
        if (options.Tls is null)
        {
            result = NativeMethods.ConnectAsync(_client, options.Host, options.Port, keepAlive, bindAddress);
            errno = Marshal.GetLastPInvokeError();
        }
        else
        {
            lock (s_tls)
            {
                result = NativeMethods.ConnectAsync(_client, options.Host, options.Port, keepAlive, bindAddress);
                errno = Marshal.GetLastPInvokeError();
            }
        }

        if (result != MosquittoError.Success)
        {
            // On a fast link the whole handshake may have been done, and failed, in that one call.
            _isTcpConnected =
                result == MosquittoError.Tls
                || errno is NativeMethods.ErrorProtocol or NativeMethods.ErrorPipe or NativeMethods.ErrorReset;
            Fail(result, errno);
            return;
        }

        try
        {
            Loop(limited ? FirstFamilyMilliseconds : long.MaxValue);
        }
        finally
        {
            lock (_gate)
            {
                // From here on nobody else is in the library, which is freed soon.
                _isOver = _isConnected;
            }
        }

        lock (_gate)
        {
            if (_fault is null && _isConnected)
            {
                SayGoodbye();
            }
        }
    }

    private void Loop(long connectMilliseconds)
    {
        var clock = Stopwatch.StartNew();
        var nextTick = (long)TickMilliseconds;
        var polled = stackalloc NativeMethods.PollDescriptor[2];
        while (!_stopping)
        {
            // Acknowledgements of our own messages come over the same socket and wait as well while it is not read. That cannot hang:
            // whoever takes messages out of the inbound queue never waits for an acknowledgement.
            var paused = _inbound.Pause();
            int socket;
            bool waitsToWrite;
            lock (_gate)
            {
                socket = NativeMethods.Socket(_client);
                if (socket < 0)
                {
                    Fail(MosquittoError.NoConnection, 0);
                }

                if (_fault is not null)
                {
                    return;
                }

                // Who leaves something to be written while we wait wakes us.
                waitsToWrite = !_isTcpConnected || NativeMethods.WantWrite(_client);
            }

            var events = (paused ? 0 : NativeMethods.PollIn) | (waitsToWrite ? NativeMethods.PollOut : 0);
            // With nothing to wait for it is left out, or a broker that hung up meanwhile would wake us without end.
            polled[0] = new() { Descriptor = events == 0 ? -1 : socket, Events = (short)events };
            polled[1] = new() { Descriptor = _wakeUp.Descriptor, Events = NativeMethods.PollIn };
            var wait = Math.Clamp(nextTick - clock.ElapsedMilliseconds, 0, TickMilliseconds);
            if (
                NativeMethods.Poll(polled, 2, (int)wait) < 0
                && Marshal.GetLastPInvokeError() is var error and not NativeMethods.ErrorInterrupted
            )
            {
                throw new Win32Exception(error);
            }

            if (polled[1].Returned != 0)
            {
                _wakeUp.Reset();
            }

            lock (_gate)
            {
                if (_fault is not null)
                {
                    // Found out while we waited; what we waited for may be another's descriptor by now.
                    return;
                }

                Serve(socket, polled[0].Returned, paused);
                if (clock.ElapsedMilliseconds >= nextTick)
                {
                    nextTick = clock.ElapsedMilliseconds + TickMilliseconds;
                    Check(NativeMethods.LoopMisc(_client), Marshal.GetLastPInvokeError());
                }

                if (!_isTcpConnected && clock.ElapsedMilliseconds > connectMilliseconds)
                {
                    Fail(new MqttConnectionException(MqttFault.Unreachable, $"{Broker} does not answer"));
                }
            }

            TellNews();
            SendHeldBack(socket);
        }
    }

    /// <summary>Hands on what has arrived. Not under the gate: who waits for it goes on here, may take its time, and publishes.</summary>
    private void TellNews()
    {
        _inbound.Release();
        foreach (var (pending, refusal) in _answers)
        {
            if (refusal is null)
            {
                pending.TrySetResult();
            }
            else
            {
                pending.TrySetException(refusal);
            }
        }

        _answers.Clear();
    }

    /// <summary>Does what is in the queue, on any thread, unless another one is in the library or there is something to wait for.</summary>
    /// <returns>Whether nothing is left that would not be done by itself.</returns>
    private bool TryWork()
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        try
        {
            if (!_isConnected || _isOver || _fault is not null)
            {
                return false;
            }

            DoWork();
            // With as many under way as there may be, the next acknowledgement wakes the thread.
            return _fault is null && !NativeMethods.WantWrite(_client) && (_work.IsEmpty || _publishes.Count >= _window);
        }
        catch (Exception e)
        {
            Fail(Unexpected(e));
            return false;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Serve(int socket, short returned, bool paused)
    {
        if (!_isTcpConnected && returned != 0)
        {
            var error = NativeMethods.TakeSocketError(socket);
            if (error != 0)
            {
                // Who refuses does not reset: it had been connected.
                _isTcpConnected = error is NativeMethods.ErrorPipe or NativeMethods.ErrorReset;
                Fail(MosquittoError.Errno, error);
                return;
            }

            _isTcpConnected = true;
        }

        if ((returned & NativeMethods.PollOut) != 0)
        {
            Check(NativeMethods.LoopWrite(_client, 1), Marshal.GetLastPInvokeError());
        }

        // OpenSSL may hold bytes that poll cannot see, so with TLS a read is tried each time.
        if (_isTcpConnected && !paused && ((returned & ~NativeMethods.PollOut) != 0 || _request.Options.Tls is not null))
        {
            Read(socket);
        }

        // The library takes a reset during the TLS handshake for "try again".
        if (!_isConnected && (returned & (NativeMethods.PollError | NativeMethods.PollHangUp)) != 0 && ++_hangUps >= MostHangUps)
        {
            Fail(MosquittoError.ConnectionLost, 0);
        }

        if (_isConnected && _fault is null)
        {
            DoWork();
        }
    }

    private void Read(int socket)
    {
        var wasConnected = _isConnected;
        // The library acknowledges a message before it hands it on. Sent at once, that has the broker take the processor from what the message asks for.
        _isHeldBack = _isConnected;
        if (_isHeldBack)
        {
            NativeMethods.HoldBack(socket, hold: true);
        }

        for (var i = 0; i < MostReadsInARow && _fault is null; i++)
        {
            var result = NativeMethods.LoopRead(_client, 1);
            var errno = Marshal.GetLastPInvokeError();
            Check(result, errno);
            if (errno == NativeMethods.ErrorAgain || _inbound.Pause() || NativeMethods.Socket(_client) < 0)
            {
                break;
            }
        }

        // A broker that leaves Nagle's algorithm on (mosquitto's default) holds its next small packet back until this one is acknowledged,
        // and a kernel that waits for something to send along with that takes 40 ms. The option lasts for one read only.
        NativeMethods.AcknowledgeAtOnce(NativeMethods.Socket(_client));

        if (_isConnected && !wasConnected)
        {
            // The library's words are wanted while connecting; later it would format a line for each packet.
            NativeMethods.OnLog(_client, null);
        }
    }

    /// <summary>What <see cref="Read"/> has held back is sent when what was read has been dealt with, if nothing else was sent meanwhile.</summary>
    private void SendHeldBack(int socket)
    {
        lock (_gate)
        {
            if (_isHeldBack && NativeMethods.Socket(_client) == socket)
            {
                NativeMethods.HoldBack(socket, hold: false);
            }

            _isHeldBack = false;
        }
    }

    private void DoWork()
    {
        // What is sent here goes at once, and what was held back with it.
        var socket = _isHeldBack && !_work.IsEmpty ? NativeMethods.Socket(_client) : -1;
        var isTogether = false;
        while (_fault is null && _publishes.Count < _window && _work.TryDequeue(out var work))
        {
            if (!isTogether && !_work.IsEmpty)
            {
                isTogether = true;
                // The library writes each message by itself: several of them shall be one packet, and the broker be woken once.
                socket = NativeMethods.Socket(_client);
                NativeMethods.HoldBack(socket, hold: true);
            }

            switch (work)
            {
                case PendingPublish publish:
                    Send(publish);
                    break;
                case PendingSubscribe subscribe:
                    Send(subscribe);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        if (socket >= 0 && NativeMethods.Socket(_client) == socket)
        {
            NativeMethods.HoldBack(socket, hold: false);
        }
    }

    private void Send(PendingPublish pending)
    {
        var publication = pending.Publication;
        nint properties = 0;
        if (Version == MqttProtocolVersion.V5 && publication.CorrelationData is { } data)
        {
            fixed (byte* bytes = data.Span)
            {
                NativeMethods.PropertyAddBinary(
                    ref properties,
                    NativeMethods.PropertyCorrelationData,
                    bytes,
                    (ushort)data.Length
                );
            }
        }

        int result;
        int id;
        int errno;
        fixed (byte* payload = publication.Payload.Span)
        {
            result = NativeMethods.Publish(
                _client,
                out id,
                publication.Topic,
                publication.Payload.Length,
                payload,
                qos: 1,
                publication.Retain,
                properties
            );
            errno = Marshal.GetLastPInvokeError();
        }

        if (properties != 0)
        {
            NativeMethods.PropertyFreeAll(ref properties);
        }

        if (IsAboutTheMessage(result))
        {
            // Rare, and the one who waits for it must not go on under the gate.
            ThreadPool.UnsafeQueueUserWorkItem(
                static refused => refused.pending.TrySetException(refused.Item2),
                (pending, Refusal(ReasonOf(result), publication.Topic)),
                preferLocal: false
            );
            return;
        }

        _publishes[id] = pending;
        Check(result, errno);
    }

    private void Send(PendingSubscribe pending)
    {
        const int options = NativeMethods.SubscribeSendRetainNever | NativeMethods.SubscribeRetainAsPublished;
        var result = NativeMethods.Subscribe(_client, out var id, pending.Filter, qos: 2, options, properties: 0);
        var errno = Marshal.GetLastPInvokeError();
        if (IsAboutTheMessage(result))
        {
            pending.TrySetException(
                Refusal(result == MosquittoError.Invalid ? MqttReason.FilterInvalid : ReasonOf(result), pending.Filter)
            );
            return;
        }

        _subscribes[id] = pending;
        Check(result, errno);
    }

    private static bool IsAboutTheMessage(int result) =>
        result
            is MosquittoError.Invalid
                or MosquittoError.MalformedUtf8
                or MosquittoError.PayloadSize
                or MosquittoError.OversizePacket
                or MosquittoError.QosNotSupported;

    private static int ReasonOf(int result) =>
        result switch
        {
            MosquittoError.PayloadSize or MosquittoError.OversizePacket => MqttReason.PacketTooLarge,
            MosquittoError.QosNotSupported => MqttReason.QosNotSupported,
            _ => MqttReason.TopicInvalid,
        };

    /// <summary>DISCONNECT, so that the broker does not publish the last will; the library closes the socket when it is written.</summary>
    private void SayGoodbye()
    {
        NativeMethods.Disconnect(_client, 0, 0);
        var clock = Stopwatch.StartNew();
        while (NativeMethods.Socket(_client) is >= 0 and var socket && clock.ElapsedMilliseconds < GoodbyeMilliseconds)
        {
            var polled = new NativeMethods.PollDescriptor { Descriptor = socket, Events = NativeMethods.PollOut };
            NativeMethods.Poll(&polled, 1, GoodbyeMilliseconds);
            if (NativeMethods.LoopWrite(_client, 1) != MosquittoError.Success)
            {
                return;
            }
        }
    }

    private void End()
    {
        var end = _fault ?? new MqttConnectionException(MqttFault.Lost, "the connection was closed here");
        _end = end;
        _opened.TrySetException(end);
        // Nobody may ever look at it.
        _ = _opened.Task.Exception;
        TellNews();
        foreach (var pending in _publishes.Values.Concat<TaskCompletionSource>(_subscribes.Values))
        {
            pending.TrySetException(end);
        }

        while (_work.TryDequeue(out var pending))
        {
            pending.TrySetException(end);
        }

        _inbound.Complete(_stopping ? null : end);
    }
}

using System.Net;
using Renci.SshNet;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>The port on SSH.NET. Safe to use from any thread. A login takes a thread until it has ended.</summary>
internal sealed class SshNetTransport(TimeProvider time) : ISshTransport
{
    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.SshNet);

    /// <summary>How often an abandoned connection attempt is aborted until its thread ends.</summary>
    private static readonly TimeSpan AbortInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How often the bridge checks how much a server has sent before authentication ends.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// While there is no TCP connection yet the interval doubles, up to this: many servers may be down at once.
    /// </summary>
    private static readonly TimeSpan MaximumCheckInterval = TimeSpan.FromSeconds(1);

    public async Task<ISshSession> ConnectAsync(SshConnectRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var addresses = await TcpConnection.ResolveAsync(request.Host, cancellationToken);
        return addresses.Count == 1
            ? await LogInAsync(request, addresses[0], static _ => { }, cancellationToken)
            : await new LoginRace(addresses, LogInAsync, time).RunAsync(request, cancellationToken);
    }

    private async Task<ISshSession> LogInAsync(
        SshConnectRequest request,
        IPAddress address,
        Action<SessionLink> created,
        CancellationToken cancellationToken
    )
    {
        var server = $"{request.Host}:{request.Port}";
        using Authenticator authenticator = new(request, server);
        SessionLink link = new(MakeInfo(request, address, authenticator), request.Answered, time);
        created(link);
        HostKeyCheck check = new(request.RefuseHostKey, link);

        // SSH.NET's asynchronous method blocks the thread on which it resumes. If that thread waits for sockets, it blocks
        // forever: only it could end the wait.
        var connecting = Task.Factory.StartNew(
            link.Session.Connect,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
        try
        {
            if (await EndAsync(connecting, link, authenticator, cancellationToken))
            {
                throw LoginLimit.Exceeded(server);
            }

            await connecting;
            cancellationToken.ThrowIfCancellationRequested();
            if (check.Key is null || !link.Session.IsConnected)
            {
                // SSH.NET returns without an exception if the connection ends while it waits for something else.
                throw new SshConnectionException(SshFault.Connect, $"the connection to {server} ended during authentication");
            }

            return new SshNetSession(link, check.Key, server);
        }
        catch (Exception exception)
        {
            SshNetSession.DisposeSession(link.Session);
            link.Abort();
            link.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw check.Refusal
                ?? await new ConnectFailure(request, authenticator, check, link.Session).ExplainAsync(
                    exception,
                    cancellationToken
                );
        }
    }

    /// <summary>
    /// Waits until the thread has ended: soon after its socket is closed or, without a socket, with the attempt to connect.
    /// </summary>
    /// <returns>Whether the server sent too much.</returns>
    private async Task<bool> EndAsync(
        Task connecting,
        SessionLink link,
        Authenticator authenticator,
        CancellationToken cancellationToken
    )
    {
        var isTooMuch = false;
        var interval = CheckInterval;
        while (!connecting.IsCompleted && !cancellationToken.IsCancellationRequested && !isTooMuch)
        {
            // The caller observes the outcome.
            await connecting.WaitAsync(interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var socket = SessionInternals.Socket(link.Session);
            isTooMuch = LoginLimit.IsExceeded(socket) && !connecting.IsCompleted;
            interval =
                socket is not null ? CheckInterval
                : interval * 2 < MaximumCheckInterval ? interval * 2
                : MaximumCheckInterval;
        }

        authenticator.Interrupt();
        while (!connecting.IsCompleted)
        {
            link.Abort();
            await Task.WhenAny(connecting, Task.Delay(AbortInterval, time, CancellationToken.None));
        }

        return isTooMuch;
    }

    private static ConnectionInfo MakeInfo(SshConnectRequest request, IPAddress address, Authenticator authenticator)
    {
        var credentials = request.Credentials;
        try
        {
            ConnectionInfo info = new(address.ToString(), request.Port, credentials.User, authenticator.CreateMethods())
            {
                Timeout = request.ConnectTimeout,
                RetryAttempts = 1,
            };
            Keep(info.KeyExchangeAlgorithms, Catalog.Allowed(AlgorithmKind.KeyExchange, request.Algorithms));
            Keep(info.HostKeyAlgorithms, Catalog.HostKeysFor(request));
            Keep(info.Encryptions, Catalog.Allowed(AlgorithmKind.Ciphers, request.Algorithms));
            Keep(info.HmacAlgorithms, Catalog.Allowed(AlgorithmKind.Macs, request.Algorithms));
            Keep(info.CompressionAlgorithms, ["none"]);
            return info;
        }
        catch (ArgumentException exception)
        {
            throw new SshConnectionException(
                SshFault.Authentication,
                $"'{credentials.User}' is not a valid user name: {exception.Message}",
                exception
            );
        }
    }

    private static void Keep<T>(IOrderedDictionary<string, T> algorithms, IReadOnlyList<string> names)
    {
        IReadOnlyList<KeyValuePair<string, T>> kept =
        [
            .. names.Where(algorithms.ContainsKey).Select(name => KeyValuePair.Create(name, algorithms[name])),
        ];
        algorithms.Clear();
        foreach (var (name, algorithm) in kept)
        {
            algorithms.Add(name, algorithm);
        }
    }
}

using System.Net;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Logs in to a server with several addresses. SSH.NET connects by itself and takes no socket, so it tries the first address; while
/// that does not answer, the others are tried side by side (RFC 8305), and SSH.NET connects again to the one that answers.
/// </summary>
/// <param name="addresses">At least two, best first.</param>
/// <param name="logIn">Makes one attempt, and hands over its link before it connects.</param>
/// <param name="time">The clock.</param>
internal sealed class LoginRace(
    IReadOnlyList<IPAddress> addresses,
    Func<SshConnectRequest, IPAddress, Action<SessionLink>, CancellationToken, Task<ISshSession>> logIn,
    TimeProvider time
)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    private SessionLink? _link;
    private volatile bool _hasAnswered;
    private volatile bool _isAbandoned;

    private bool IsConnected => _hasAnswered || (_link is { } link && SessionInternals.Socket(link.Session) is not null);

    /// <inheritdoc cref="ISshTransport.ConnectAsync"/>
    public async Task<ISshSession> RunAsync(SshConnectRequest request, CancellationToken cancellationToken)
    {
        using var abandoning = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var login = logIn(Watched(request), addresses[0], link => _link = link, abandoning.Token);
        await Task.WhenAny(login, Task.Delay(AddressRace.Stagger, time, cancellationToken));
        if (IsConnected || IsDecided(login))
        {
            return await login;
        }

        var others = TcpConnection.OpenAsync([.. addresses.Skip(1)], $"{request.Host}:{request.Port}", request.Port, end.Token);
        while (!IsConnected && !others.IsCompleted && !IsDecided(login) && !cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAny(others, Task.Delay(CheckInterval, time, cancellationToken));
        }

        await end.CancelAsync();
        await others.WhenEnded();
        if (!others.IsCompletedSuccessfully)
        {
            return await login;
        }

        using var probe = await others;
        if (IsConnected || cancellationToken.IsCancellationRequested || probe.RemoteEndPoint is not IPEndPoint answering)
        {
            return await login;
        }

        // Its thread ends with its attempt to connect, within the timeout of the connection.
        _isAbandoned = true;
        await abandoning.CancelAsync();
        _ = login.WhenEnded();
        probe.Dispose();
        // It reads a key file, which must not block the thread that waits for sockets (docs/adr/0021).
        return await Task.Run(
            () => logIn(request, answering.Address, static _ => { }, cancellationToken),
            CancellationToken.None
        );
    }

    /// <summary>Whether another address would not change the outcome: the login succeeded, or its credentials cannot be used.</summary>
    private static bool IsDecided(Task<ISshSession> login) =>
        login.IsCompletedSuccessfully
        || login.Exception?.InnerException is SshConnectionException { Fault: not SshFault.Connect };

    private SshConnectRequest Watched(SshConnectRequest request) =>
        request with
        {
            Answered = () =>
            {
                _hasAnswered = true;
                request.Answered?.Invoke();
            },
            // An attempt that is abandoned while its address answers after all must not log in a second time.
            RefuseHostKey = key => _isAbandoned ? "another address of the server has answered first" : request.RefuseHostKey(key),
        };
}

using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshNetException = Renci.SshNet.Common.SshConnectionException;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Says why a connection did not come about.</summary>
internal sealed class ConnectFailure(SshConnectRequest request, Authenticator authenticator, HostKeyCheck check, Session session)
{
    private const string NoMatch = "No matching ";
    private const string Offers = "(server offers ";

    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.SshNet);

    private string Server => $"{request.Host}:{request.Port}";

    /// <exception cref="OperationCanceledException">The token was cancelled while the server was asked what it offers.</exception>
    public async Task<SshConnectionException> ExplainAsync(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is SshConnectionException known)
        {
            return known;
        }

        if (Mismatch(exception.Message) is { } mismatch)
        {
            return mismatch;
        }

        // The server hung up, or reset the connection, before its own offer was read: ask for it once more.
        if (
            session.ServerVersion is not null
            && check.Key is null
            && exception is SshNetException or SocketException
            && await ServerOfferProbe.TryAsync(request.Host, request.Port, cancellationToken) is { } offer
            && offer.Mismatch(Catalog, request.Algorithms, Catalog.HostKeysFor(request)) is var (kind, offered)
        )
        {
            return AlgorithmMismatch.Explain(Catalog, request, kind, offered);
        }

        return exception switch
        {
            SocketException socket => Fault(SshFault.Connect, Describe(socket)),
            SshAuthenticationException refused => authenticator.Refused(refused.Message),
            SshOperationTimeoutException => Fault(
                SshFault.Connect,
                $"{Server} did not complete the connection within {request.ConnectTimeout.TotalSeconds} s."
            ),
            SshNetException lost => Describe(lost),
            _ => Fault(SshFault.Connect, $"no SSH connection to {Server}: {Shown(exception)}"),
        };
    }

    private SshConnectionException? Mismatch(string message)
    {
        var start = message.IndexOf(Offers, StringComparison.Ordinal);
        if (!message.StartsWith(NoMatch, StringComparison.Ordinal) || start < 0)
        {
            return null;
        }

        var kind = message[NoMatch.Length..start] switch
        {
            var what when what.Contains("host key", StringComparison.Ordinal) => AlgorithmKind.HostKeys,
            var what when what.Contains("key exchange", StringComparison.Ordinal) => AlgorithmKind.KeyExchange,
            var what when what.Contains("encryption", StringComparison.Ordinal) => AlgorithmKind.Ciphers,
            var what when what.Contains("MAC", StringComparison.Ordinal) => AlgorithmKind.Macs,
            _ => (AlgorithmKind?)null,
        };
        return kind is { } found
            ? AlgorithmMismatch.Explain(Catalog, request, found, message[(start + Offers.Length)..].TrimEnd(')').Split(','))
            : null;
    }

    private SshConnectionException Describe(SshNetException lost)
    {
        var message = Shown(lost);
        if (check.Key is null)
        {
            return Fault(
                SshFault.Connect,
                session.ServerVersion is null && message.Contains("was closed before", StringComparison.Ordinal)
                    ? $"{Server} closed the connection before it said who it is"
                    : $"no SSH connection to {Server}: {message}"
            );
        }

        // "Too many authentication failures" is an answer to who we are; a connection that ended without a word is not.
        return message.Contains("authentication", StringComparison.OrdinalIgnoreCase)
            ? Fault(SshFault.Authentication, $"{Server} ended the login: {message}")
            : Fault(SshFault.Connect, $"the connection to {Server} ended during the login: {message}");
    }

    private string Describe(SocketException socket) =>
        socket.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData => $"the name {request.Host} cannot be resolved: unknown host",
            SocketError.TryAgain => $"the name {request.Host} cannot be resolved: temporary failure in name resolution",
            _ => TcpConnection.Describe(socket.SocketErrorCode, Server),
        };

    private static string Shown(Exception exception) => Printable.Text(exception.Message, 300);

    private static SshConnectionException Fault(SshFault fault, string message) => new(fault, message);
}

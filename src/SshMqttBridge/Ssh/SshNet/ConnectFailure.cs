using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshNetException = Renci.SshNet.Common.SshConnectionException;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Explains why a connection failed.</summary>
internal sealed class ConnectFailure(SshConnectRequest request, Authenticator authenticator, HostKeyCheck check, Session session)
{
    private const string NoMatch = "No matching ";
    private const string Offers = "(server offers ";

    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.SshNet);

    private string Server => $"{request.Host}:{request.Port}";

    /// <exception cref="OperationCanceledException">The token was cancelled while the bridge read the server's offer.</exception>
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

        // The server closed or reset the connection before SSH.NET had read its offer: read it on a second connection.
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
            SocketException socket => Fault(SshFault.Connect, TcpConnection.Describe(socket.SocketErrorCode, Server)),
            SshAuthenticationException refused => authenticator.Refused(refused.Message),
            SshOperationTimeoutException => Fault(
                SshFault.Connect,
                $"{Server} did not complete the connection within {request.ConnectTimeout.TotalSeconds} s."
            ),
            SshNetException lost => Describe(lost),
            _ => Fault(SshFault.Connect, $"no SSH connection to {Server}: {MessageOf(exception)}"),
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
        var message = MessageOf(lost);
        if (check.Key is null)
        {
            return Fault(
                SshFault.Connect,
                session.ServerVersion is null && message.Contains("was closed before", StringComparison.Ordinal)
                    ? $"{Server} closed the connection before it sent its identification"
                    : $"no SSH connection to {Server}: {message}"
            );
        }

        // "Too many authentication failures" is about the credentials; a connection that ended without a message is not.
        return message.Contains("authentication", StringComparison.OrdinalIgnoreCase)
            ? Fault(SshFault.Authentication, $"{Server} ended the authentication: {message}")
            : Fault(SshFault.Connect, $"the connection to {Server} ended during authentication: {message}");
    }

    private static string MessageOf(Exception exception) => Printable.Text(exception.Message, 300);

    private static SshConnectionException Fault(SshFault fault, string message) => new(fault, message);
}

using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// The connection from the first byte to the end of authentication: one call at a time, each repeated as answers arrive.
/// </summary>
internal sealed partial class Handshake(SessionHandle session, Socket socket, string server)
{
    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.LibSsh);

    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(5);

    public SessionHandle Session => session;

    public string Server => server;

    /// <summary>Negotiates algorithms and exchanges keys.</summary>
    /// <returns>The host key that the server proved to own.</returns>
    /// <exception cref="SshConnectionException">The peer is not an SSH server, there is no common algorithm, or the connection
    /// ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<HostKey> ExchangeKeysAsync(SshConnectRequest request, CancellationToken cancellationToken)
    {
        SetOptions(request);
        cancellationToken.ThrowIfCancellationRequested();
        var attached = false;
        var result = await RepeatAsync(
            () =>
            {
                var connected = attached ? NativeMethods.Connect(session) : session.Attach(socket);
                attached = true;
                DescriptorMethods.RestoreNonBlocking(socket);
                return connected;
            },
            NativeMethods.Again,
            cancellationToken
        );
        return result == NativeMethods.Ok ? ReadHostKey() : throw await RefusedAsync(request, cancellationToken);
    }

    /// <summary>Makes a call, and repeats it when more data has arrived, while it returns <paramref name="again"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<int> RepeatAsync(Func<int> call, int again, CancellationToken cancellationToken) =>
        RepeatAsync(() => ValueTask.FromResult(call()), again, cancellationToken);

    /// <inheritdoc cref="RepeatAsync(Func{int}, int, CancellationToken)"/>
    public async Task<int> RepeatAsync(Func<ValueTask<int>> call, int again, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = await call();

            // Only the next call sends the reply to a message that this one has read. After a disconnect message it would replace
            // the server's text by an error of the closed socket.
            for (var i = 0; i < 2 && result == again && session.WritePending && !session.Broken; i++)
            {
                result = await call();
            }

            if (result != again)
            {
                return result;
            }

            // After a disconnect message libssh still asks for the call to be repeated.
            if (session.Broken)
            {
                return NativeMethods.Error;
            }

            if (LoginLimit.IsExceeded(socket))
            {
                throw LoginLimit.Exceeded(server);
            }

            await WaitAsync(session.WritePending, cancellationToken);
        }
    }

    /// <summary>Explains why authentication ended without success or failure.</summary>
    /// <param name="otherwise">The message if the connection is still open.</param>
    public SshConnectionException LoginFailed(string? otherwise = null)
    {
        var error = session.LastError;
        // Message 60 after a password is the request to change it (RFC 4252, section 8). libssh does not expect it and closes the
        // connection.
        if (!session.Broken || (otherwise is not null && error.Contains("rejected packet (type 60)", StringComparison.Ordinal)))
        {
            return new SshConnectionException(SshFault.Authentication, $"{server}: {otherwise ?? Printable.Text(error, 300)}");
        }

        // "Too many authentication failures" is about the credentials; a connection that ended without a message is not.
        return error.Contains("authentication", StringComparison.OrdinalIgnoreCase)
            ? new SshConnectionException(
                SshFault.Authentication,
                $"{server} ended the authentication: {Printable.Text(error, 300)}"
            )
            : new SshConnectionException(
                SshFault.Connect,
                $"the connection to {server} ended during authentication: {Printable.Text(error, 300)}"
            );
    }

    private async Task WaitAsync(bool writePending, CancellationToken cancellationToken)
    {
        using Deadline flush = new(
            writePending ? FlushInterval : Timeout.InfiniteTimeSpan,
            TimeProvider.System,
            cancellationToken
        );
        try
        {
            // A read of zero bytes completes when there is something to read, or the end.
            await socket.ReceiveAsync(Memory<byte>.Empty, flush.Token);
        }
        catch (OperationCanceledException) when (flush.HasPassed)
        {
            // Time to write again what did not fit into the socket.
        }
        catch (SocketException)
        {
            // The next call detects the loss and describes it.
        }
    }

    private void SetOptions(SshConnectRequest request)
    {
        // The SSH configuration of the user and the system does not apply to the bridge.
        session.Set(SessionOption.ProcessConfiguration, 0);
        session.Set(SessionOption.SshDirectory, "/dev/null");
        session.Set(SessionOption.KnownHosts, "/dev/null");
        session.Set(SessionOption.GlobalKnownHosts, "/dev/null");
        var options = request.Algorithms;
        Allow(AlgorithmKind.KeyExchange, Catalog.Allowed(AlgorithmKind.KeyExchange, options), SessionOption.KeyExchange);
        Allow(AlgorithmKind.HostKeys, Catalog.HostKeysFor(request), SessionOption.HostKeys);
        Allow(
            AlgorithmKind.Ciphers,
            Catalog.Allowed(AlgorithmKind.Ciphers, options),
            SessionOption.CiphersOut,
            SessionOption.CiphersIn
        );
        Allow(AlgorithmKind.Macs, Catalog.Allowed(AlgorithmKind.Macs, options), SessionOption.MacsOut, SessionOption.MacsIn);
        Allow(AlgorithmKind.Signatures, Catalog.Allowed(AlgorithmKind.Signatures, options), SessionOption.Signatures);
    }

    /// <summary>libssh ignores unsupported algorithms, and refuses a list that contains no others.</summary>
    private void Allow(AlgorithmKind kind, IReadOnlyList<string> names, params ReadOnlySpan<SessionOption> options)
    {
        foreach (var option in options)
        {
            if (!session.Set(option, string.Join(',', names)))
            {
                throw new SshConnectionException(
                    SshFault.Connect,
                    $"algorithms.{AlgorithmMismatch.KeyOf(kind)}: "
                        + $"this version of libssh supports none of {string.Join(", ", names)}"
                );
            }
        }
    }

    private HostKey ReadHostKey()
    {
        if (NativeMethods.GetServerPublicKey(session, out var pointer) != NativeMethods.Ok)
        {
            throw new SshConnectionException(SshFault.Connect, $"{server} presented no host key");
        }

        using KeyHandle key = new(pointer);
        if (NativeMethods.ExportPublicKeyBase64(key, out var text) != NativeMethods.Ok)
        {
            throw new SshConnectionException(SshFault.Connect, $"the host key of {server} cannot be read");
        }

        var blob = Convert.FromBase64String(Marshal.PtrToStringUTF8(text)!);
        NativeMethods.StringFreeChar(text);

        // The blob begins with its type, a string after its length.
        var length = BinaryPrimitives.ReadInt32BigEndian(blob);
        return new HostKey(Encoding.ASCII.GetString(blob, sizeof(int), length), blob);
    }

    private async Task<SshConnectionException> RefusedAsync(SshConnectRequest request, CancellationToken cancellationToken)
    {
        var error = session.LastError;
        if (NoMatch().Match(error) is { Success: true } match)
        {
            return AlgorithmMismatch.Explain(
                Catalog,
                request,
                KindOf(match.Groups["what"].Value),
                match.Groups["server"].Value.Split(',')
            );
        }

        // A server that finds no common algorithm first closes the connection, and libssh does not know why: read the offer on a
        // second connection.
        if (
            session.ServerVersion.Length > 0
            && await ServerOfferProbe.TryAsync(request.Host, request.Port, cancellationToken) is { } offer
            && offer.Mismatch(Catalog, request.Algorithms, Catalog.HostKeysFor(request)) is var (kind, offered)
        )
        {
            return AlgorithmMismatch.Explain(Catalog, request, kind, offered);
        }

        var message = error switch
        {
            "" or "Socket error: disconnected" or "Socket error: Success" when session.ServerVersion.Length == 0 =>
                $"{server} closed the connection before it sent its identification",
            "" or "Socket error: disconnected" or "Socket error: Success" =>
                $"{server} closed the connection during the key exchange",
            "Receiving banner: too large banner" => $"{server} does not speak SSH",
            _ => $"no SSH connection to {server}: {Printable.Text(error, 300)}",
        };
        return new SshConnectionException(SshFault.Connect, message);
    }

    private static AlgorithmKind KindOf(string what) =>
        what switch
        {
            _ when what.StartsWith("server host key", StringComparison.Ordinal) => AlgorithmKind.HostKeys,
            _ when what.StartsWith("encryption", StringComparison.Ordinal) => AlgorithmKind.Ciphers,
            _ when what.StartsWith("mac", StringComparison.Ordinal) => AlgorithmKind.Macs,
            _ => AlgorithmKind.KeyExchange,
        };

    [GeneratedRegex(
        @"no match for method (?<what>[^:]+): server \[(?<server>[^\]]*)\]",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NoMatch();
}

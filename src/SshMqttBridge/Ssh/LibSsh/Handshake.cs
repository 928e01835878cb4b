using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The dialogue from the first byte to the end of authentication: one call after another, and waiting for the answers between them.</summary>
internal sealed partial class Handshake(SessionHandle session, Socket socket, string server)
{
    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.LibSsh);

    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(5);

    public SessionHandle Session => session;

    public string Server => server;

    /// <summary>Agrees on algorithms and keys.</summary>
    /// <returns>The key that the server proved to hold.</returns>
    /// <exception cref="SshConnectionException">It is not an SSH server, there is nothing both sides know, or the connection ended.</exception>
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

    /// <summary>Makes a call, and makes it again when more has arrived, while it answers <paramref name="again"/>.</summary>
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

            // What a call answers to something it took in is sent only by the next one.
            for (var i = 0; i < 2 && result == again && session.WritePending; i++)
            {
                result = await call();
            }

            if (result != again)
            {
                return result;
            }

            // After a message of disconnection libssh goes on asking to be called again.
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

    /// <summary>Why the dialogue about who we are ended without a yes or no.</summary>
    /// <param name="otherwise">What it means if the connection still stands.</param>
    public SshConnectionException LoginFailed(string? otherwise = null)
    {
        var error = session.LastError;
        // Message 60 after a password is the request to change it (RFC 4252, section 8), which libssh does not expect and breaks off at.
        if (!session.Broken || (otherwise is not null && error.Contains("rejected packet (type 60)", StringComparison.Ordinal)))
        {
            return new SshConnectionException(SshFault.Authentication, $"{server}: {otherwise ?? Printable.Text(error, 300)}");
        }

        // "Too many authentication failures" is an answer to who we are; a connection that ended without a word is not.
        return error.Contains("authentication", StringComparison.OrdinalIgnoreCase)
            ? new SshConnectionException(SshFault.Authentication, $"{server} ended the login: {Printable.Text(error, 300)}")
            : new SshConnectionException(
                SshFault.Connect,
                $"the connection to {server} ended during the login: {Printable.Text(error, 300)}"
            );
    }

    private async Task WaitAsync(bool writePending, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (writePending)
        {
            linked.CancelAfter(FlushInterval);
        }

        try
        {
            // A read of zero bytes completes when there is something to read, or the end.
            await socket.ReceiveAsync(Memory<byte>.Empty, linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to offer the socket again what it did not take.
        }
        catch (SocketException)
        {
            // The next call finds it out by itself, with words for it.
        }
    }

    private void SetOptions(SshConnectRequest request)
    {
        // The user's and the system's files have no say in how the bridge connects.
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

    /// <summary>libssh leaves out what it does not know, and refuses a list of which nothing is left.</summary>
    private void Allow(AlgorithmKind kind, IReadOnlyList<string> names, params ReadOnlySpan<SessionOption> options)
    {
        foreach (var option in options)
        {
            if (!session.Set(option, string.Join(',', names)))
            {
                throw new SshConnectionException(
                    SshFault.Connect,
                    $"algorithms.{AlgorithmMismatch.KeyOf(kind)}: this version of libssh knows none of {string.Join(", ", names)}"
                );
            }
        }
    }

    private HostKey ReadHostKey()
    {
        if (NativeMethods.GetServerPublicKey(session, out var pointer) != NativeMethods.Ok)
        {
            throw new SshConnectionException(SshFault.Connect, $"{server} showed no host key");
        }

        using KeyHandle key = new(pointer);
        if (NativeMethods.ExportPublicKeyBase64(key, out var text) != NativeMethods.Ok)
        {
            throw new SshConnectionException(SshFault.Connect, $"the host key of {server} cannot be read");
        }

        var blob = Convert.FromBase64String(Marshal.PtrToStringUTF8(text)!);
        NativeMethods.StringFreeChar(text);

        // The blob begins with its type, a string with its length before it.
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

        // Who finds no algorithm in common first, hangs up: then libssh knows no more than that, if it has not said so already.
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
                $"{server} closed the connection before it said who it is",
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

using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// Connects to the addresses of one server side by side (RFC 8305), so that an address that swallows packets costs a quarter of a
/// second and not the whole timeout.
/// </summary>
internal static class AddressRace
{
    /// <summary>How long an attempt runs alone before the next one starts.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>Alternates between IPv6 and IPv4, beginning with the family that the system prefers.</summary>
    public static IReadOnlyList<IPAddress> Alternate(IReadOnlyList<IPAddress> addresses)
    {
        var preferred = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var others = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).ToList();
        List<IPAddress> result = [];
        for (var i = 0; i < addresses.Count; i++)
        {
            result.AddRange(preferred.Skip(i).Take(1));
            result.AddRange(others.Skip(i).Take(1));
        }

        return result;
    }

    /// <summary>Starts an attempt for each address in turn: after <see cref="Stagger"/>, or when an earlier one has failed.</summary>
    /// <param name="addresses">At least one, best first.</param>
    /// <param name="connect">Connects to one address; the socket is null if that failed.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The first socket that is connected, or null and the first error. All other attempts have ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<(Socket? Socket, SocketError Error)> RunAsync(
        IReadOnlyList<IPAddress> addresses,
        Func<IPAddress, CancellationToken, Task<(Socket? Socket, SocketError Error)>> connect,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<(Socket? Socket, SocketError Error)>> attempts = [];
        SocketError? first = null;
        var started = 0;
        try
        {
            while (started < addresses.Count || attempts.Count > 0)
            {
                if (started < addresses.Count)
                {
                    attempts.Add(connect(addresses[started++], end.Token));
                }

                if (await FirstAsync(attempts, started < addresses.Count, time, end.Token) is not { } ended)
                {
                    continue;
                }

                attempts.Remove(ended);
                var (socket, error) = await ended;
                if (socket is not null)
                {
                    return (socket, error);
                }

                first ??= error;
            }

            return (null, first ?? SocketError.HostNotFound);
        }
        finally
        {
            await end.CancelAsync();
            foreach (var attempt in attempts)
            {
                await attempt.WhenEnded();
                if (attempt.IsCompletedSuccessfully)
                {
                    (await attempt).Socket?.Dispose();
                }
            }
        }
    }

    /// <returns>The attempt that has ended; null: it is time for the next one.</returns>
    private static async Task<Task<(Socket? Socket, SocketError Error)>?> FirstAsync(
        List<Task<(Socket? Socket, SocketError Error)>> attempts,
        bool isMore,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var ended = Task.WhenAny(attempts);
        if (isMore && await Task.WhenAny(ended, Task.Delay(Stagger, time, cancellationToken)) != ended)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }

        return await ended;
    }
}

using Renci.SshNet;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// Limits what a server can make SSH.NET compute: SSH.NET itself accepts a group of any size, which may take minutes of processor
/// time, and any number of key exchanges. The methods are called on the thread that listens to the server; their exceptions end
/// the connection.
/// </summary>
internal sealed class KeyExchangeGuard
{
    /// <summary>RFC 8270: groups of fewer bits are not secure.</summary>
    private const int MinimumGroupBits = 2048;

    /// <summary>8,192 bits take about three seconds of processor time.</summary>
    private const int MaximumGroupBits = 4096;

    private bool _hasBegun;
    private bool _isAuthenticated;

    /// <param name="session">A session that has not connected yet, so that these handlers run before SSH.NET's own.</param>
    public KeyExchangeGuard(Session session)
    {
        SessionInternals.OnGroup(session, static (_, e) => Check(e.Message.SafePrime.GetBitLength()));
        SessionInternals.OnAuthenticated(session, (_, _) => _isAuthenticated = true);
    }

    /// <summary>A key exchange begins: until authentication has ended, there is one.</summary>
    /// <exception cref="InvalidDataException">It is not the first one.</exception>
    public void Begin()
    {
        if (_hasBegun && !_isAuthenticated)
        {
            throw new InvalidDataException("the server exchanged keys again before authentication had ended");
        }

        _hasBegun = true;
    }

    private static void Check(long bits)
    {
        if (bits is < MinimumGroupBits or > MaximumGroupBits)
        {
            throw new InvalidDataException(
                $"the server chose a group of {bits} bits for the key exchange; "
                    + $"valid: {MinimumGroupBits} to {MaximumGroupBits}. Set algorithms.keyExchange to one with a group of its own, "
                    + "for example diffie-hellman-group14-sha256"
            );
        }
    }
}

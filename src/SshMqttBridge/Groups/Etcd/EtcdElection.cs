using System.Globalization;
using System.Text;

namespace SshMqttBridge.Groups.Etcd;

/// <summary>
/// The keys of a group in etcd: <c>PREFIX/leader</c> names the leader and is deleted with its lease; <c>PREFIX/epoch</c> counts the
/// leaders. Not for concurrent calls.
/// </summary>
internal sealed class EtcdElection(EtcdClient etcd, string prefix, string instance)
{
    private readonly byte[] _leaderKey = Encoding.UTF8.GetBytes(prefix + "/leader");
    private readonly byte[] _epochKey = Encoding.UTF8.GetBytes(prefix + "/epoch");

    // '0' is the character after '/'.
    private readonly EtcdRangeRequest _keys = new(Encoding.UTF8.GetBytes(prefix + "/"), Encoding.UTF8.GetBytes(prefix + "0"));

    /// <summary>Reads who leads.</summary>
    /// <exception cref="EtcdException">No member has answered; all methods.</exception>
    public async Task<EtcdState> ReadAsync(CancellationToken cancellationToken)
    {
        var keys = await etcd.ReadAsync(_keys, cancellationToken);
        var leader = Find(keys, _leaderKey);
        var epoch = Find(keys, _epochKey);
        return new EtcdState(
            leader?.Lease,
            long.TryParse(Encoding.UTF8.GetString(epoch?.Value ?? []), CultureInfo.InvariantCulture, out var number)
                ? Math.Clamp(number, 0, LeaseMessage.MaximumEpoch)
                : 0,
            epoch?.ModRevision ?? 0
        );
    }

    /// <summary>Takes the lead if nobody has it. If it throws, this instance may have it.</summary>
    /// <param name="lease">Granted to this instance.</param>
    /// <param name="epoch">Of its term.</param>
    /// <param name="seen">What it has read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False: something has changed since it was read.</returns>
    public Task<bool> TryLeadAsync(long lease, long epoch, EtcdState seen, CancellationToken cancellationToken) =>
        etcd.TryChangeAsync(
            new EtcdTransaction(
                [IsUnchanged(_leaderKey, 0), IsUnchanged(_epochKey, seen.EpochRevision)],
                [
                    new EtcdChange(new EtcdPut(_leaderKey, Encoding.UTF8.GetBytes(instance), lease)),
                    new EtcdChange(
                        new EtcdPut(_epochKey, Encoding.UTF8.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)), 0)
                    ),
                ]
            ),
            cancellationToken
        );

    private static EtcdCompare IsUnchanged(byte[] key, long revision) => new(key, "MOD", revision);

    private static EtcdKeyValue? Find(IReadOnlyList<EtcdKeyValue> keys, byte[] key) =>
        keys.FirstOrDefault(found => found.Key.AsSpan().SequenceEqual(key));
}

/// <summary>What etcd knows of a group.</summary>
/// <param name="LeaderLease">The lease of the leader; null: nobody leads.</param>
/// <param name="Epoch">Of the last leader; 0: there was none.</param>
/// <param name="EpochRevision">Of the last change of the epoch; 0: there was none.</param>
internal sealed record EtcdState(long? LeaderLease, long Epoch, long EpochRevision);

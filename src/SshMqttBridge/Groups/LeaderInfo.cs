using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace SshMqttBridge.Groups;

/// <summary>Who leads the group: the payload of <c>ssh/bridge/leader</c>.</summary>
/// <param name="Instance">The name of the leader.</param>
/// <param name="Epoch">Of its term.</param>
/// <param name="Since">The start of its term, by its wall clock.</param>
internal sealed record LeaderInfo(string Instance, long Epoch, DateTimeOffset Since)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GroupJson.Relaxed.LeaderInfo);

    /// <returns>False: it is not one. Any client may publish anything.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out LeaderInfo? leader)
    {
        leader = GroupJson.Read(json, GroupJson.Relaxed.LeaderInfo);
        return leader is { Instance: not null, Epoch: > 0 and <= LeaseMessage.MaximumEpoch };
    }
}

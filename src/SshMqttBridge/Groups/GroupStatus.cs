using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Groups;

/// <summary>
/// Combines what this instance knows exactly, whether it leads, with what the broker holds about the others, for display only.
/// </summary>
internal sealed class GroupStatus : IGroupStatus
{
    private readonly GroupOptions _group;
    private readonly Leadership _leadership;
    private readonly GroupView _view;
    private readonly EventBus _events;
    private readonly Lock _gate = new();

    public GroupStatus(GroupOptions group, Leadership leadership, GroupView view, EventBus events)
    {
        _group = group;
        _leadership = leadership;
        _view = view;
        _events = events;
        leadership.Changed = Publish;
        view.Changed = Publish;
    }

    /// <inheritdoc/>
    public GroupState? Current => Read();

    private void Publish()
    {
        if (!_events.HasSubscribers)
        {
            return;
        }

        // Under a lock, so that the last event has the last state.
        lock (_gate)
        {
            _events.Publish(new ServerEvent.Group(Read()));
        }
    }

    private GroupState Read()
    {
        var isLeader = _leadership.IsHeld;
        var isConnected = _view.IsConnected;
        var reported = isConnected ? _view.Instances : new Dictionary<string, string>();
        var last = isConnected ? _view.Leader : null;
        var leader = isLeader ? _group.Instance : OtherLeader(last, reported);
        return new GroupState(
            _group.Instance,
            isLeader,
            isConnected,
            leader is null ? null : Printable.Text(leader),
            last?.Instance == leader && last?.Since is { } since && since != default ? since : null,
            [
                .. reported
                    .Where(instance => instance.Key != _group.Instance)
                    .Select(instance => (Printable.Text(instance.Key), StateOf(instance.Key, instance.Value, leader))),
            ]
        );
    }

    /// <summary>
    /// The last leader that the broker knows, unless that instance has reported since then that it does not lead.
    /// </summary>
    private string? OtherLeader(LeaderInfo? last, IReadOnlyDictionary<string, string> reported) =>
        last is not null
        && last.Instance != _group.Instance
        && reported.GetValueOrDefault(last.Instance, InstanceState.Leader) == InstanceState.Leader
            ? last.Instance
            : null;

    /// <summary>
    /// Only one instance leads. Another one whose last report says so has not responded since it lost the lease.
    /// </summary>
    private static string StateOf(string instance, string reported, string? leader) =>
        reported == InstanceState.Leader && leader is not null && leader != instance ? "unknown" : reported;
}

using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>group</c>.</summary>
internal static class GroupReader
{
    /// <summary>etcd grants leases of two seconds at least, and looks twice a second which ones have ended.</summary>
    private static readonly TimeSpan ShortestTakeoverWithEtcd = TimeSpan.FromSeconds(2.5);

    /// <summary>Returns the options as far as they are valid, or null if there is no group; the rest are faults.</summary>
    /// <param name="hostName">The default of the instance.</param>
    public static GroupOptions? Read(SectionReader top, MqttOptions mqtt, string hostName)
    {
        if (!top.Has(TopSettings.Group))
        {
            return null;
        }

        if (!mqtt.Retain)
        {
            top.Fault(
                TopSettings.Group,
                "requires retained messages, but 'mqtt.retain' is false; remove 'mqtt.retain', or remove 'group'"
            );
        }

        var section = top.Section(TopSettings.Group);
        var etcd = section.Section(GroupSettings.Etcd);
        var options = new GroupOptions
        {
            Instance = ReadInstance(section, hostName),
            Lease = section.Read(GroupSettings.Lease),
            Takeover = section.Read(GroupSettings.Takeover),
            EtcdEndpoints = [.. etcd.Read(EtcdSettings.Endpoints) ?? []],
            EtcdPrefix = etcd.Read(EtcdSettings.Prefix),
        };
        CheckEtcd(section, etcd, options);
        return options;
    }

    private static string ReadInstance(SectionReader section, string hostName)
    {
        if (!section.Has(GroupSettings.Instance) && TopicRules.ValidateLevel(hostName) is { } problem)
        {
            section.Fault(
                GroupSettings.Instance,
                $"is missing: the host's name {problem}, not {Scalars.Quoted(hostName)}; "
                    + "set 'instance' to a name that is unique in the group"
            );
        }

        return section.Read(GroupSettings.Instance) ?? hostName;
    }

    private static void CheckEtcd(SectionReader section, SectionReader etcd, GroupOptions options)
    {
        if (options.Lease == LeaseKind.Etcd && options.Takeover < ShortestTakeoverWithEtcd)
        {
            section.Fault(
                GroupSettings.Takeover,
                $"must be at least {ShortestTakeoverWithEtcd.TotalSeconds} with 'lease: etcd', because etcd grants no shorter leases"
            );
        }

        if (options.Lease == LeaseKind.Etcd && !etcd.Has(EtcdSettings.Endpoints))
        {
            etcd.Fault(
                EtcdSettings.Endpoints,
                "is missing: 'lease: etcd' requires at least one URL, for example http://192.0.2.1:2379"
            );
        }

        if (options.Lease != LeaseKind.Etcd && EtcdSettings.Table.Settings.Any(etcd.Has))
        {
            section.Fault(GroupSettings.Etcd, "is set without 'lease: etcd'; set it, too, or remove 'etcd'");
        }
    }
}

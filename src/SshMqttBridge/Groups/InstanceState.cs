namespace SshMqttBridge.Groups;

/// <summary>The payloads of <c>ssh/bridge/instances/INSTANCE</c>.</summary>
internal static class InstanceState
{
    public const string Leader = "leader";
    public const string Standby = "standby";

    /// <summary>Also the last will.</summary>
    public const string Offline = "offline";

    /// <summary>Whether it is one of these: any client may publish anything.</summary>
    public static bool IsValid(string state) => state is Leader or Standby or Offline;
}

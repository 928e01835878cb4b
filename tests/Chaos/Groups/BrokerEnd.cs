namespace SshMqttBridge.Chaos.Groups;

/// <summary>How the broker ends, and what it knows when it is started again.</summary>
internal enum BrokerEnd
{
    /// <summary>In order; it keeps its retained messages.</summary>
    Stopped,

    /// <summary>With -9, a moment after it has saved its retained messages.</summary>
    Killed,

    /// <summary>With -9, and its retained messages are gone.</summary>
    Forgotten,
}

namespace SshMqttBridge.Commands;

/// <summary>Where commands come from.</summary>
internal enum CommandSource
{
    /// <summary>A message from the broker.</summary>
    Mqtt,

    /// <summary>The schedule of an action.</summary>
    Schedule,

    /// <summary>The web console.</summary>
    WebConsole,
}

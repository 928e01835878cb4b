namespace SshMqttBridge.Commands;

/// <summary>Who gives commands.</summary>
internal enum CommandSource
{
    /// <summary>A message of the broker.</summary>
    Mqtt,

    /// <summary>The schedule of an action.</summary>
    Schedule,

    /// <summary>Somebody at the console in the browser.</summary>
    WebConsole,
}

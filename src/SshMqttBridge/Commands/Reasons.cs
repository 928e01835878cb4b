namespace SshMqttBridge.Commands;

/// <summary>The stable codes of a result's <c>reason</c>.</summary>
internal static class Reasons
{
    public const string QueueFull = "queueFull";
    public const string Retained = "retained";
    public const string Invalid = "invalid";
    public const string TooLarge = "tooLarge";
    public const string Path = "path";
    public const string Policy = "policy";
    public const string Connect = "connect";
    public const string Authentication = "authentication";
    public const string HostKey = "hostKey";
    public const string Channel = "channel";
    public const string Remote = "remote";
    public const string Local = "local";
    public const string Stalled = "stalled";
    public const string Interrupted = "interrupted";
    public const string Shutdown = "shutdown";
}

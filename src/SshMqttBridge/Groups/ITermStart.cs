namespace SshMqttBridge.Groups;

/// <summary>
/// PORT: publishes what the start of a bridge publishes. A leader does so when its term begins, because nothing that it has posted
/// while it stood by was sent.
/// </summary>
internal interface ITermStart
{
    /// <summary>Posts the messages. Does not wait.</summary>
    void Publish();
}

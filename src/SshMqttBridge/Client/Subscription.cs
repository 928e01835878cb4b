namespace SshMqttBridge.Client;

/// <summary>A subscription of the client.</summary>
/// <param name="Filter">The topics.</param>
/// <param name="Retained">When the broker sends its retained messages.</param>
internal sealed record Subscription(string Filter, RetainedMessages Retained)
{
    /// <summary>Whether the client can do without it if the broker refuses it.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>When the broker sends the retained messages of a subscription.</summary>
internal enum RetainedMessages
{
    Never,

    /// <summary>With the first connection, and after each loss.</summary>
    Always,

    /// <summary>Only after a loss, in which new ones may have been missed.</summary>
    AfterLoss,
}

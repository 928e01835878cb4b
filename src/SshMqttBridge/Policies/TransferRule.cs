namespace SshMqttBridge.Policies;

/// <summary>In which direction files may be copied.</summary>
internal enum TransferRule
{
    None,

    /// <summary>From the server only.</summary>
    Get,

    /// <summary>To the server only.</summary>
    Put,
    Both,
}

internal static class TransferRuleText
{
    /// <summary>The rule in the format of the configuration.</summary>
    public static string ToText(this TransferRule rule) =>
        rule switch
        {
            TransferRule.Get => "get",
            TransferRule.Put => "put",
            TransferRule.Both => "true",
            _ => "false",
        };
}

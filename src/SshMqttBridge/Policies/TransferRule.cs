namespace SshMqttBridge.Policies;

/// <summary>Which way files may be copied.</summary>
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
    /// <summary>The rule as the configuration has it.</summary>
    public static string ToText(this TransferRule rule) =>
        rule switch
        {
            TransferRule.Get => "get",
            TransferRule.Put => "put",
            TransferRule.Both => "true",
            _ => "false",
        };
}

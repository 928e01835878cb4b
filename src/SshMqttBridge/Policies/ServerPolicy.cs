using SshMqttBridge.Commands;

namespace SshMqttBridge.Policies;

/// <summary>What may be asked of one server. The default forbids nothing.</summary>
internal sealed record ServerPolicy
{
    public static ServerPolicy Unlimited { get; } = new();

    /// <summary>Which commands <c>exec</c> runs.</summary>
    public CommandRule Commands { get; init; } = CommandRule.Any;

    /// <summary>Which way files go.</summary>
    public TransferRule Transfers { get; init; } = TransferRule.Both;

    /// <summary>How often; null: as often as they come.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Says which rule forbids the command, or null if none does. <see cref="RateLimit"/> is not looked at.</summary>
    public string? RefusalOf(Command command) =>
        command switch
        {
            ExecCommand { Action: not null } => null,
            ExecCommand exec => Commands.RefusalOf(exec.CommandLine),
            TransferCommand { IsPut: false } when Transfers is TransferRule.None or TransferRule.Put =>
                $"Nothing may be copied from this server (transfers: {Transfers.ToText()}).",
            TransferCommand { IsPut: true } when Transfers is TransferRule.None or TransferRule.Get =>
                $"Nothing may be copied to this server (transfers: {Transfers.ToText()}).",
            _ => null,
        };
}

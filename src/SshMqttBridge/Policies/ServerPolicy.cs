using SshMqttBridge.Commands;

namespace SshMqttBridge.Policies;

/// <summary>What clients may do with one server. The default allows everything.</summary>
internal sealed record ServerPolicy
{
    public static ServerPolicy Unlimited { get; } = new();

    /// <summary>Which commands <c>exec</c> may run.</summary>
    public CommandRule Commands { get; init; } = CommandRule.Any;

    /// <summary>In which direction files may be copied.</summary>
    public TransferRule Transfers { get; init; } = TransferRule.Both;

    /// <summary>The rate limit; null: none.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Returns which rule rejects the command; null: it is allowed. Does not check <see cref="RateLimit"/>.</summary>
    public string? RefusalOf(Command command) =>
        command switch
        {
            ExecCommand { Action: not null } => null,
            ExecCommand exec => Commands.RefusalOf(exec.CommandLine),
            TransferCommand { IsPut: false } when Transfers is TransferRule.None or TransferRule.Put =>
                $"This server does not allow copying files from it (transfers: {Transfers.ToText()}).",
            TransferCommand { IsPut: true } when Transfers is TransferRule.None or TransferRule.Get =>
                $"This server does not allow copying files to it (transfers: {Transfers.ToText()}).",
            _ => null,
        };
}

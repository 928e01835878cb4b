using System.Text.Json;
using SshMqttBridge.Common;

namespace SshMqttBridge.Client;

/// <summary>The result of a command, as far as the client shows it.</summary>
internal sealed record CommandAnswer
{
    public string? Operation { get; init; }
    public string? Status { get; init; }
    public long? Exit { get; init; }
    public string? Signal { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public string Out { get; init; } = "";
    public string Err { get; init; } = "";
    public long OutBytes { get; init; }
    public long ErrBytes { get; init; }
    public bool IsTruncated { get; init; }

    /// <summary>The exit status of the client.</summary>
    public int ExitStatus =>
        this switch
        {
            { Exit: { } exit } => (int)Math.Clamp(exit, 0, ClientExitStatus.Lost),
            { Status: "failed", Operation: not "exec" } => ClientExitStatus.Failure,
            { Signal: { } signal } => ClientExitStatus.Signal + NumberOf(signal),
            { Status: "succeeded" } => ClientExitStatus.Success,
            { Status: "timedOut" } => ClientExitStatus.TimedOut,
            { Status: "cancelled" } => ClientExitStatus.Cancelled,
            { Status: "rejected" or "expired" } => ClientExitStatus.NotRun,
            _ => ClientExitStatus.Lost,
        };

    /// <summary>Why there is no exit status; null: there is one, or none is needed.</summary>
    public string? Explanation =>
        Exit is null && Status != "succeeded"
            ? string.Join(": ", new[] { Status, Reason, Message }.Where(text => text is not null))
            : null;

    /// <summary>Reads a result; null: the payload is something else.</summary>
    public static CommandAnswer? TryRead(ReadOnlyMemory<byte> json) =>
        PublishedJson.TryParse(json) is not { } result
            ? null
            : new CommandAnswer
            {
                Operation = result.TextOf("operation"),
                Status = result.TextOf("status"),
                Exit = result.NumberOf("exit"),
                Signal = result.TextOf("signal"),
                Reason = result.TextOf("reason"),
                Message = result.TextOf("message"),
                Out = result.TextOf("out") ?? "",
                Err = result.TextOf("err") ?? "",
                OutBytes = result.NumberOf("outBytes") ?? 0,
                ErrBytes = result.NumberOf("errBytes") ?? 0,
                IsTruncated = result.Is("truncated", JsonValueKind.True),
            };

    /// <summary>The numbers of Linux for the signals of RFC 4254 §6.10.</summary>
    private static int NumberOf(string signal) =>
        signal switch
        {
            "HUP" => 1,
            "INT" => 2,
            "QUIT" => 3,
            "ILL" => 4,
            "ABRT" => 6,
            "FPE" => 8,
            "KILL" => 9,
            "USR1" => 10,
            "SEGV" => 11,
            "USR2" => 12,
            "PIPE" => 13,
            "ALRM" => 14,
            "TERM" => 15,
            _ => 0,
        };
}

using SshMqttBridge.Common;

namespace SshMqttBridge.Commands;

/// <summary>What a message on a write topic asks one server for.</summary>
internal abstract record Command
{
    public required CommandOrigin Origin { get; init; }

    /// <summary>Given by the client, or made by the bridge; unique for the server while the command counts as known.</summary>
    public required string Id { get; init; }

    /// <summary>Whether the client gave the id: only then can another message mean the same command.</summary>
    public bool HasOwnId { get; init; }

    public abstract Operation Operation { get; }

    /// <summary>What a result shows of it; null where there is nothing to show, or it is secret.</summary>
    public virtual string? Text => null;
}

/// <summary>Runs a command line on the server.</summary>
/// <param name="CommandLine">What the user's shell there is given, byte for byte in UTF-8.</param>
/// <param name="Timeout">From being sent to its end.</param>
/// <param name="StandardInput">Null: standard input is empty.</param>
internal sealed record ExecCommand(string CommandLine, TimeSpan Timeout, string? StandardInput) : Command
{
    /// <summary>The named action that it is; null: a command line that somebody wrote.</summary>
    public string? Action { get; init; }

    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A week.</summary>
    public static readonly TimeSpan MaximumTimeout = TimeSpan.FromDays(7);

    public override Operation Operation => Operation.Exec;
    public override string Text => CommandLine;
}

/// <summary>Copies a file from the server (<see cref="Operation.Get"/>) or to it (<see cref="Operation.Put"/>).</summary>
internal sealed record TransferCommand(bool IsPut, string Source, string Destination) : Command
{
    public override Operation Operation => IsPut ? Operation.Put : Operation.Get;
    public override string Text => TransferPaths.Format(Source, Destination);
}

/// <summary>Opens or closes the SSH connection.</summary>
internal sealed record ConnectionCommand(bool Open) : Command
{
    public override Operation Operation => Operation.Connection;
    public override string Text => Open ? "open" : "close";
}

/// <summary>Overrides the configured user.</summary>
/// <param name="User">Null restores the configured one.</param>
internal sealed record UserCommand(string? User) : Command
{
    public override Operation Operation => Operation.User;
    public override string? Text => User;
}

/// <summary>Overrides the configured password.</summary>
/// <param name="Password">Null restores the configured one.</param>
internal sealed record PasswordCommand(Secret? Password) : Command
{
    public override Operation Operation => Operation.Password;
}

/// <summary>Stops commands, out of order.</summary>
/// <param name="Target">Empty: the running one; <c>*</c>: all; else an id.</param>
internal sealed record CancelCommand(string Target) : Command
{
    public const string All = "*";

    public override Operation Operation => Operation.Cancel;
    public override string Text => Target;
}

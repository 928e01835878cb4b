using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>An action of the configuration. Thread-safe.</summary>
internal sealed class NamedAction(ActionOptions options)
{
    private readonly IReadOnlyList<ParameterCheck> _parameters =
    [
        .. options.Parameters.Select(parameter => new ParameterCheck(parameter)),
    ];

    public ActionOptions Options => options;

    /// <summary>Creates the command that runs the action.</summary>
    /// <param name="arguments">By name; null if there are none.</param>
    /// <param name="origin">Where the command comes from.</param>
    /// <param name="id">The id that the client gave; null: the bridge generates one.</param>
    /// <exception cref="CommandFault">An argument is unknown, missing or not valid.</exception>
    public ExecCommand ToCommand(JsonPayload? arguments, CommandOrigin origin, string? id = null)
    {
        RejectUnknown(arguments);
        return ToCommand([.. _parameters.Select(check => (check.Parameter.Name, ValueOf(check, arguments)))], origin, id);
    }

    /// <summary>Creates the command that runs the action with a value of its only parameter.</summary>
    /// <exception cref="CommandFault">There is not exactly one parameter, or the value is not valid.</exception>
    public ExecCommand ToCommand(string value, CommandOrigin origin)
    {
        if (_parameters is not [var check])
        {
            throw Invalid(
                "The payload must be empty, PRESS, or a JSON object such as "
                    + """{"args":{"name":"value"},"id":"7f3"}; a bare value is for actions with one parameter."""
            );
        }

        var text = options.Switch is null ? value : value.ToUpperInvariant();
        return ToCommand([(check.Parameter.Name, ValueOf(check, JsonValueKind.String, text))], origin, null);
    }

    /// <summary>Creates the command of the schedule.</summary>
    /// <exception cref="CommandFault">An argument without a default.</exception>
    public ExecCommand ToScheduledCommand(CommandOrigin origin) =>
        options.StateCommandLine is null
            ? ToCommand((JsonPayload?)null, origin)
            : ToStateCommand(options.StateCommandLine, origin);

    /// <summary>Creates the command that finds out what the action has set.</summary>
    /// <param name="commandLine">The <see cref="ActionOptions.StateCommandLine"/>.</param>
    /// <param name="origin">Where the command comes from.</param>
    private ExecCommand ToStateCommand(string commandLine, CommandOrigin origin) =>
        new(commandLine, options.Timeout, null)
        {
            Action = options.Name,
            FindsState = true,
            AnswersByExit = options.Switch is not null,
            Origin = origin,
            Id = CommandId.Make(),
        };

    private ExecCommand ToCommand(IReadOnlyList<(string Name, string Value)> values, CommandOrigin origin, string? id) =>
        new(CommandLineOf(values), options.Timeout, null)
        {
            Action = options.Name,
            Value = options.HasState && values is [var (_, value)] ? value : null,
            NeedsPosixShell = options.Switch is null && values.Count > 0,
            Origin = origin,
            Id = id ?? CommandId.Make(),
            HasOwnId = id is not null,
        };

    private string CommandLineOf(IReadOnlyList<(string Name, string Value)> values) =>
        options.Switch is { } both ? both.CommandLineFor(values[0].Value) : ShellVariable.Prefix(options.CommandLine, values);

    private void RejectUnknown(JsonPayload? arguments)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in arguments?.Names() ?? [])
        {
            if (_parameters.All(parameter => parameter.Parameter.Name != name))
            {
                var known =
                    _parameters.Count == 0
                        ? "it has none"
                        : $"valid: {string.Join(", ", _parameters.Select(parameter => parameter.Parameter.Name))}";
                throw Invalid($"The action '{options.Name}' has no parameter '{Excerpt.Of(name)}'; {known}.");
            }

            if (!seen.Add(name))
            {
                throw Invalid($"The argument '{name}' is given twice.");
            }
        }
    }

    private static string ValueOf(ParameterCheck check, JsonPayload? arguments)
    {
        var parameter = check.Parameter;
        if (arguments?.Scalar(parameter.Name) is not var (kind, text))
        {
            return parameter.Default ?? throw Invalid($"The argument '{parameter.Name}' is missing: it must be {check.Wanted}.");
        }

        return ValueOf(check, kind, text);
    }

    private static string ValueOf(ParameterCheck check, JsonValueKind kind, string text) =>
        check.TryRead(kind, text, out var value)
            ? value
            : throw Invalid($"The argument '{check.Parameter.Name}' must be {check.Wanted}, not {Excerpt.Of(text)}.");

    private static CommandFault Invalid(string message) => new(Reasons.Invalid, message);
}

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
        var values = _parameters.Select(parameter => (parameter.Parameter.Name, ValueOf(parameter, arguments))).ToList();
        return new ExecCommand(ShellVariable.Prefix(options.CommandLine, values), options.Timeout, null)
        {
            Action = options.Name,
            NeedsPosixShell = values.Count > 0,
            Origin = origin,
            Id = id ?? CommandId.Make(),
            HasOwnId = id is not null,
        };
    }

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

        return check.TryRead(kind, text, out var value)
            ? value
            : throw Invalid($"The argument '{parameter.Name}' must be {check.Wanted}, not {Excerpt.Of(text)}.");
    }

    private static CommandFault Invalid(string message) => new(Reasons.Invalid, message);
}

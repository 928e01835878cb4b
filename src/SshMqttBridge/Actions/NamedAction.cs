using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>A command that the configuration names, ready to be run with arguments. Thread-safe.</summary>
internal sealed class NamedAction(ActionOptions options)
{
    private readonly IReadOnlyList<ParameterCheck> _parameters =
    [
        .. options.Parameters.Select(parameter => new ParameterCheck(parameter)),
    ];

    public ActionOptions Options => options;

    /// <summary>The command that runs it.</summary>
    /// <param name="arguments">By name; null: none.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="id">The id that the client gave; null: the bridge makes one.</param>
    /// <exception cref="CommandFault">An argument is unknown, missing, or not what it must be.</exception>
    public ExecCommand ToCommand(JsonPayload? arguments, CommandOrigin origin, string? id = null)
    {
        RefuseUnknown(arguments);
        var values = _parameters.Select(parameter => (parameter.Parameter.Name, ValueOf(parameter, arguments))).ToList();
        return new ExecCommand(ShellVariable.Prefix(options.CommandLine, values), options.Timeout, null)
        {
            Action = options.Name,
            Origin = origin,
            Id = id ?? CommandId.Make(),
            HasOwnId = id is not null,
        };
    }

    private void RefuseUnknown(JsonPayload? arguments)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in arguments?.Names() ?? [])
        {
            if (_parameters.All(parameter => parameter.Parameter.Name != name))
            {
                var known =
                    _parameters.Count == 0
                        ? "it takes none"
                        : $"it takes {string.Join(", ", _parameters.Select(parameter => parameter.Parameter.Name))}";
                throw Invalid($"The action '{options.Name}' has no parameter '{JsonPayload.Shown(name)}'; {known}.");
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
            : throw Invalid($"The argument '{parameter.Name}' must be {check.Wanted}, not {JsonPayload.Shown(text)}.");
    }

    private static CommandFault Invalid(string message) => new(Reasons.Invalid, message);
}

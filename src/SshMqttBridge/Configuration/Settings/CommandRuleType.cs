using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using SshMqttBridge.Configuration.Tree;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// The commands that <c>exec</c> may run: a word, or a list of regular expressions. A single expression needs to be a list of
/// one, so that a misspelt word is not read as an expression.
/// </summary>
internal sealed class CommandRuleType : SettingType<CommandRule>
{
    private const string Any = "any";
    private const string Actions = "actions";

    private static readonly ListType<CommandPattern> Patterns = new("a list of regular expressions", SettingTypes.CommandPattern);

    public override string Text => $"`{Any}`, `{Actions}`, or {Patterns.Text}";

    public override JsonObject Schema() =>
        SchemaKeywords.AnyOf(SchemaKeywords.Choice([Any, Actions]), SchemaKeywords.List(SettingTypes.CommandPattern.Schema()));

    public override JsonNode ToJson(CommandRule value) =>
        value == CommandRule.Any ? JsonValue.Create(Any)
        : value == CommandRule.ActionsOnly ? JsonValue.Create(Actions)
        : Patterns.ToJson(value.Patterns!);

    public override bool TryRead(
        ReadingContext context,
        string path,
        ConfigurationNode node,
        [MaybeNullWhen(false)] out CommandRule value
    )
    {
        value = null;
        if (node is SequenceNode)
        {
            value = Patterns.TryRead(context, path, node, out var patterns) ? CommandRule.Matching(patterns) : null;
        }
        else if (Scalars.Read(context, path, node) is { } scalar)
        {
            value = scalar.Text switch
            {
                Any => CommandRule.Any,
                Actions => CommandRule.ActionsOnly,
                _ => null,
            };
            if (value is null)
            {
                var problem = $"must be {Any}, {Actions} or a list of regular expressions, not {Scalars.Quoted(scalar.Text)}";
                context.Diagnostics.Fault(path, problem, scalar.Origin);
            }
        }

        return value is not null;
    }
}

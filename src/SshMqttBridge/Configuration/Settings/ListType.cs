using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// A list of at least one value, or a single value for a list of one. An environment variable separates the values with commas.
/// </summary>
/// <param name="text">Describes the values.</param>
/// <param name="item">The type of each value.</param>
internal sealed class ListType<T>(string text, ScalarType<T> item) : SettingType<IReadOnlyList<T>>
{
    public override string Text => text;

    public override JsonObject Schema() => SchemaKeywords.AnyOf(item.Schema(), SchemaKeywords.List(item.Schema()));

    public override JsonNode ToJson(IReadOnlyList<T> value) => new JsonArray([.. value.Select(item.ToJson)]);

    public override bool TryRead(
        ReadingContext context,
        string path,
        ConfigurationNode node,
        [MaybeNullWhen(false)] out IReadOnlyList<T> value
    )
    {
        value = null;
        var values = new List<T>();
        var isValid = true;
        foreach (var (at, part) in Items(path, node))
        {
            if (item.TryRead(context, at, part, out var read))
            {
                values.Add(read);
            }
            else
            {
                isValid = false;
            }
        }

        if (isValid && values.Count == 0)
        {
            context.Diagnostics.Fault(path, "must contain at least one value; remove the key to use the default", node.Origin);
            isValid = false;
        }

        value = isValid ? values : null;
        return isValid;
    }

    private static IEnumerable<(string Path, ConfigurationNode Node)> Items(string path, ConfigurationNode node) =>
        node switch
        {
            SequenceNode sequence => sequence.Items.Select((part, index) => ($"{path}[{index}]", part)),
            ScalarNode { FromEnvironment: true } scalar => scalar
                .Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(part => (path, (ConfigurationNode)new ScalarNode(scalar.Origin, part))),
            _ => [(path, node)],
        };
}

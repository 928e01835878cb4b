using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Text that never appears in a message.</summary>
internal sealed class SecretType : SettingType<Secret>
{
    public override string Text => "text";

    public override JsonObject Schema() => SchemaKeywords.Text(minimumLength: 1);

    public override JsonNode? ToJson(Secret value) => null;

    public override bool TryRead(
        ReadingContext context,
        string path,
        ConfigurationNode node,
        [MaybeNullWhen(false)] out Secret value
    )
    {
        value = default;
        if (Scalars.Read(context, path, node) is not { } scalar)
        {
            return false;
        }

        if (scalar.Text.Length == 0 || scalar.Text.Contains('\0', StringComparison.Ordinal))
        {
            context.Diagnostics.Fault(path, "must not be empty or contain the character U+0000", scalar.Origin);
            return false;
        }

        value = new Secret(scalar.Text);
        return true;
    }
}

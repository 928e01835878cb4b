using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// The JSON Schema (draft 2020-12) of the configuration file, from the tables of the settings: an editor completes and checks
/// the file with it. It describes each value by itself and few rules across several settings, and neither files nor environment
/// variables.
/// </summary>
internal static class ConfigurationSchema
{
    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        // For readability; the schema is never part of a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema, indented, with a final newline.</summary>
    public static string Text()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Format))
        {
            Create().WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static JsonObject Create()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Configuration of SshMqttBridge",
        };
        foreach (var (keyword, value) in TopSettings.Table.Schema())
        {
            schema[keyword] = value?.DeepClone();
        }

        schema["type"] = "object";
        schema["required"] = Required(TopSettings.Table);
        schema["allOf"] = new JsonArray([
            .. ServerSettings.Table.Settings.Where(setting => setting.Missing is not null).Select(InServersOrDefaults),
        ]);
        schema["$defs"] = new JsonObject
        {
            ["server"] = ServerSettings.Table.Schema(),
            ["action"] = Action(),
            ["parameter"] = Parameter(),
            ["schedule"] = Schedule(),
        };
        return schema;
    }

    /// <summary>Requires a required setting of each server, unless the defaults have it.</summary>
    private static JsonObject InServersOrDefaults(Setting setting)
    {
        JsonArray Names() => SchemaKeywords.Strings(setting.Name);
        var server = new JsonObject { ["type"] = "object", ["required"] = Names() };
        return new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    [TopSettings.Defaults.Name] = new JsonObject { ["type"] = "object", ["required"] = Names() },
                },
                ["required"] = SchemaKeywords.Strings(TopSettings.Defaults.Name),
            },
            ["else"] = new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    [TopSettings.Servers.Name] = new JsonObject { ["additionalProperties"] = server },
                },
            },
        };
    }

    /// <summary>The command, a section with one or with those of a switch, or a word that removes an action of the defaults.</summary>
    private static JsonObject Action()
    {
        var section = ActionSettings.Table.Schema();
        section["type"] = "object";
        section["oneOf"] = new JsonArray(
            new JsonObject { ["required"] = SchemaKeywords.Strings(ActionSettings.Command.Name) },
            new JsonObject { ["required"] = SchemaKeywords.Strings(ActionSettings.On.Name, ActionSettings.Off.Name) }
        );
        return SchemaKeywords.AnyOf(section, ActionSettings.Command.Type.Schema(), new JsonObject { ["enum"] = Nothing() });
    }

    /// <summary>The type, the list of the choices, or a section.</summary>
    private static JsonObject Parameter()
    {
        var section = ParameterSettings.Table.Schema();
        section["type"] = "object";
        section["anyOf"] = new JsonArray(
            new JsonObject { ["required"] = SchemaKeywords.Strings(ParameterSettings.Type.Name) },
            new JsonObject { ["required"] = SchemaKeywords.Strings(ParameterSettings.Choices.Name) }
        );
        return SchemaKeywords.AnyOf(section, ParameterSettings.Types.Schema(), SchemaKeywords.List(SchemaKeywords.Text()));
    }

    /// <summary>A section with one of its settings, or the value of one.</summary>
    private static JsonObject Schedule()
    {
        var section = ScheduleSettings.Table.Schema();
        section["type"] = "object";
        section["minProperties"] = 1;
        section["maxProperties"] = 1;
        return SchemaKeywords.AnyOf(section, ScheduleSettings.ShortForm.Schema());
    }

    private static JsonArray Required(SettingTable table) =>
        SchemaKeywords.Strings(table.Settings.Where(setting => setting.Missing is not null).Select(setting => setting.Name));

    private static JsonArray Nothing() => new(JsonValue.Create(false), null);
}

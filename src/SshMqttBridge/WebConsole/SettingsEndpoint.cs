using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// <c>/api/settings</c>: the configuration in force without secrets, and where each value comes from; <c>?server=</c> for the
/// settings of a server and its actions.
/// </summary>
internal sealed class SettingsEndpoint(CurrentOptions options)
{
    public Task GetAsync(HttpContext context)
    {
        var settings = options.Value.Settings;
        var server = context.Request.Query["server"].ToString();
        var sections = server.Length > 0 ? settings?.OfServer(server) : settings?.OfBridge();
        return sections is null
            ? context.Response.RefuseAsync(
                StatusCodes.Status404NotFound,
                "The configuration has no such server.",
                Reasons.Invalid
            )
            : context.Response.JsonAsync(
                StatusCodes.Status200OK,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("file", settings!.File);
                    json.WriteStartArray("sections");
                    foreach (var section in sections)
                    {
                        Write(json, section);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                }
            );
    }

    private static void Write(Utf8JsonWriter json, SectionInForce section)
    {
        json.WriteStartObject();
        json.WriteString("path", section.Path);
        json.WriteStartArray("settings");
        foreach (var setting in section.Settings)
        {
            json.WriteStartObject();
            json.WriteString("name", setting.Name);
            // Null: confidential.
            json.WriteString("value", setting.Value);
            json.WriteString("source", CamelCase.Of(setting.Source));
            json.WriteString("origin", setting.Origin);
            json.WriteString("description", setting.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

using Microsoft.AspNetCore.Http;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// <c>POST /api/reload</c>: reads the configuration again, as SIGHUP does. Who is signed in cannot change the file, only when it takes
/// effect.
/// </summary>
internal sealed class ReloadEndpoint(IConfigurationReload reload)
{
    /// <summary>Answers <c>{"applied": …, "message": …}</c> when the reload has ended.</summary>
    public async Task PostAsync(HttpContext context)
    {
        var outcome = await reload.ReloadAsync();
        await context.Response.JsonAsync(
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("applied", outcome.IsApplied);
                json.WriteString("message", outcome.Message);
                json.WriteEndObject();
            }
        );
    }
}

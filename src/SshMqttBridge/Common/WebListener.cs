using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace SshMqttBridge.Common;

/// <summary>Starts the web servers inside the bridge.</summary>
internal static class WebListener
{
    /// <summary>Starts a web server; it accepts requests when the task completes.</summary>
    /// <param name="application">The caller disposes of it, also after an exception.</param>
    /// <param name="url">Where it is to listen, for the exception.</param>
    /// <param name="problem">What the exception says first, for example "The metrics cannot be served".</param>
    /// <param name="setting">The setting with the address.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The addresses at which it listens.</returns>
    /// <exception cref="IOException">It cannot listen there. The message is a sentence without its full stop.</exception>
    public static async Task<IEnumerable<string>> ListenAsync(
        this WebApplication application,
        Uri url,
        string problem,
        string setting,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            var reason = exception.GetBaseException().Message.TrimEnd('.');
            throw new IOException($"{problem} at {url.GetLeftPart(UriPartial.Authority)}: {reason}; see {setting}", exception);
        }

        return application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
    }
}

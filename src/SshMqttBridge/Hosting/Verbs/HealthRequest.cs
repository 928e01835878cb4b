using System.Net;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>Asks <c>/healthz</c> and <c>/readyz</c> of the bridge on this machine.</summary>
internal static class HealthRequest
{
    /// <summary>Prints one line for each; succeeds if the bridge works and is connected to the broker.</summary>
    /// <param name="listening">Where the bridge listens.</param>
    /// <param name="timeout">For both together.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(Uri listening, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using HttpClient client = new() { BaseAddress = Reachable(listening), Timeout = timeout };
        try
        {
            var isHealthy = await AskAsync(client, "healthz", cancellationToken);
            var isReady = await AskAsync(client, "readyz", cancellationToken);
            return isHealthy && isReady ? ExitStatus.Success : ExitStatus.Failure;
        }
        catch (HttpRequestException exception)
        {
            await Console.Error.WriteLineAsync($"{client.BaseAddress} cannot be reached: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{client.BaseAddress}: no answer within {timeout.TotalSeconds} s");
        }

        return ExitStatus.Failure;
    }

    private static async Task<bool> AskAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var text = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
        Console.WriteLine($"{path}: {text}");
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>An address to connect to, if the bridge listens on all of them.</summary>
    private static Uri Reachable(Uri listening) =>
        IPAddress.TryParse(listening.DnsSafeHost, out var address)
            ? address.Equals(IPAddress.Any)
                ? new UriBuilder(listening) { Host = "127.0.0.1" }.Uri
                : address.Equals(IPAddress.IPv6Any)
                    ? new UriBuilder(listening) { Host = "[::1]" }.Uri
                    : listening
            : listening;
}

using System.Net.Http.Json;
using System.Text.RegularExpressions;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Chaos;

/// <summary>A signed-in browser that shows the web console: it receives all events and drops them.</summary>
internal sealed partial class OpenConsole : IAsyncDisposable
{
    private const string KeyHeader = "X-Console-Key";

    private readonly HttpClient _http;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _reading;
    private long _receivedBytes;

    private OpenConsole(HttpClient http, Stream events)
    {
        _http = http;
        _reading = ReadAsync(events);
    }

    /// <summary>Of events.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Whether the bridge still sends events.</summary>
    public bool IsConnected => !_reading.IsCompleted;

    /// <summary>Opens the console of a bridge that has one.</summary>
    /// <exception cref="HttpRequestException">The console does not let it in.</exception>
    public static async Task<OpenConsole> OpenAsync(World world)
    {
        await Eventually.TrueAsync(() => Url().IsMatch(world.BridgeLog), "the web console does not start");
        HttpClient http = new() { BaseAddress = new Uri(Url().Match(world.BridgeLog).Groups["url"].Value) };
        try
        {
            http.DefaultRequestHeaders.Add("Origin", http.BaseAddress.GetLeftPart(UriPartial.Authority));
            using var answer = await http.PostAsJsonAsync("/api/session", new { token = world.ConsoleToken });
            answer.EnsureSuccessStatusCode();
            http.DefaultRequestHeaders.Add(KeyHeader, answer.Headers.GetValues(KeyHeader));
            return new OpenConsole(http, await http.GetStreamAsync("/api/events"));
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _reading;
        _http.Dispose();
        _closed.Dispose();
    }

    private async Task ReadAsync(Stream events)
    {
        await using (events)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await events.ReadAsync(buffer, _closed.Token) is > 0 and var count)
                {
                    Interlocked.Add(ref _receivedBytes, count);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // Closed by one of the two.
            }
        }
    }

    [GeneratedRegex(@"Web console listening on (?<url>[^;\s]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Url();
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Tests.Integration.Fixtures.Consoles;

/// <summary>
/// Acts like a browser at the bridge's web console: keeps the cookies and the page's key, and sends the page's origin.
/// </summary>
internal sealed partial class ConsoleClient : IDisposable
{
    private const string KeyHeader = "X-Console-Key";

    private readonly HttpClient _http;

    /// <param name="url">Where the console is.</param>
    /// <param name="authority">The trusted authority; null: none.</param>
    /// <param name="endPoint">Where the name in the address leads; null: what the system knows of it.</param>
    public ConsoleClient(Uri url, X509Certificate2? authority = null, IPEndPoint? endPoint = null)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, CookieContainer = Cookies };
        if (authority is not null)
        {
            X509ChainPolicy trust = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            trust.CustomTrustStore.Add(authority);
            handler.SslOptions.CertificateChainPolicy = trust;
        }

        if (endPoint is not null)
        {
            handler.ConnectCallback = async (_, stop) =>
            {
                TcpClient connection = new();
                await connection.ConnectAsync(endPoint, stop);
                return connection.GetStream();
            };
        }

        _http = new HttpClient(handler) { BaseAddress = url, Timeout = Eventually.Patience };
        Origin = url.GetLeftPart(UriPartial.Authority);
        Port = url.Port;
    }

    public int Port { get; }

    public CookieContainer Cookies { get; } = new();

    /// <summary>The page's origin; null: not sent.</summary>
    public string? Origin { get; set; }

    /// <summary>What the page has stored since it was logged in; null: nothing.</summary>
    public string? Key { get; set; }

    /// <summary>Settings that enable it, at a free port.</summary>
    public static string Settings(string others = "") => $"webConsole: {{enabled: true, url: 'http://127.0.0.1:0'{others}}}";

    /// <summary>The address that the bridge logged last.</summary>
    public static async Task<Uri> UrlOfAsync(BridgeHost bridge)
    {
        await bridge.LoggedAsync("Web console listening on ");
        return new Uri(LoggedUrl().Matches(bridge.Log)[^1].Value["Web console listening on ".Length..]);
    }

    public static string TokenOf(BridgeHost bridge) => File.ReadAllText(bridge.Folder["state/web-console-token"]).Trim();

    /// <summary>Opens the console of a bridge with its token.</summary>
    public static async Task<ConsoleClient> LogInAsync(BridgeHost bridge)
    {
        ConsoleClient client = new(await UrlOfAsync(bridge));
        using var answer = await client.SendTokenAsync(TokenOf(bridge));
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, bridge.Log);
        return client;
    }

    public Task<HttpResponseMessage> SendTokenAsync(string token) =>
        SendAsync(HttpMethod.Post, "/api/session", JsonSerializer.Serialize(new { token }));

    /// <summary>Sends a request; a body is JSON unless another type is given.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string contentType = "application/json",
        Action<HttpRequestHeaders>? headers = null
    )
    {
        using HttpRequestMessage request = new(method, path);
        if (Origin is not null && method != HttpMethod.Get)
        {
            request.Headers.Add("Origin", Origin);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (Key is not null)
        {
            request.Headers.Add(KeyHeader, Key);
        }

        headers?.Invoke(request.Headers);
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Key = answer.Headers.TryGetValues(KeyHeader, out var keys) ? keys.Single() : Key;
        return answer;
    }

    /// <summary>Sends a request with a body of any size.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string path, Stream content)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, path) { Content = new StreamContent(content) };
        request.Headers.Add("Origin", Origin);
        request.Headers.Add(KeyHeader, Key);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        return await ReadAsync(answer, HttpStatusCode.OK);
    }

    /// <summary>Posts JSON and returns the answer, which must have this status.</summary>
    public async Task<JsonElement> PostAsync(string path, object body, HttpStatusCode status = HttpStatusCode.Accepted)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body));
        return await ReadAsync(answer, status);
    }

    /// <summary>Gives a command and returns its id.</summary>
    public async Task<string> CommandAsync(string path, object body) =>
        (await PostAsync(path, body)).GetProperty("id").GetString().ShouldNotBeNull();

    /// <summary>Subscribes to the events; returns when the bridge has sent the hello event.</summary>
    public async Task<ConsoleEvents> ListenAsync()
    {
        var answer = await SendAsync(HttpMethod.Get, "/api/events");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        ConsoleEvents events = new(answer, await answer.Content.ReadAsStreamAsync());
        await events.WaitForAsync("hello", _ => true);
        return events;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        return JsonDocument.Parse(text).RootElement;
    }

    [GeneratedRegex(@"Web console listening on [^;]+", RegexOptions.NonBacktracking)]
    private static partial Regex LoggedUrl();
}

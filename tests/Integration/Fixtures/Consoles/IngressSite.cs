using System.Net;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Fixtures.Consoles;

/// <summary>
/// A site with a page that shows the console in a frame, and with the console itself under a path, behind a proxy that replaces
/// the Host header and passes on what arrives at once, as Home Assistant's ingress does.
/// </summary>
internal sealed class IngressSite : IAsyncDisposable
{
    public const string Path = "/api/hassio_ingress/a-token/";

    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Task _serving;

    public IngressSite(int port)
    {
        Origin = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add(Origin + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Origin { get; }

    /// <summary>The console's own address.</summary>
    public Uri? Console { get; set; }

    /// <summary>The page with a frame.</summary>
    public string FrameOf(string address) => $"{Origin}/?{Uri.EscapeDataString(address)}";

    public static IngressSite Start() => new(FreePort.Find());

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        _client.CancelPendingRequests();
        await _serving;
        _listener.Close();
        _client.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> answers = [];
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            if (context.Request.Url!.AbsolutePath.StartsWith(Path, StringComparison.Ordinal))
            {
                await ForwardAsync(context);
            }
            else
            {
                await ShowFrameAsync(context);
            }

            context.Response.Close();
        }
        catch (Exception exception)
            when (exception
                    is HttpListenerException
                        or ObjectDisposedException
                        or IOException
                        or OperationCanceledException
                        or HttpRequestException
                        or InvalidOperationException
            )
        {
            context.Response.Abort(); // One of the two sides has gone.
        }
    }

    private static async Task ShowFrameAsync(HttpListenerContext context)
    {
        var address = WebUtility.HtmlEncode(Uri.UnescapeDataString(context.Request.Url!.Query.TrimStart('?')));
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.OutputStream.WriteAsync(
            System.Text.Encoding.UTF8.GetBytes(
                $"<!doctype html><title>Site</title><iframe width=1000 height=700 src=\"{address}\"></iframe>"
            )
        );
    }

    private async Task ForwardAsync(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        using HttpRequestMessage forwarded = new(
            new HttpMethod(request.HttpMethod),
            new Uri(Console!, request.RawUrl![Path.Length..])
        );
        if (request.HasEntityBody)
        {
            forwarded.Content = new StreamContent(request.InputStream);
        }

        foreach (
            var name in request
                .Headers.AllKeys.OfType<string>()
                .Where(name => name is not ("Host" or "Connection" or "Keep-Alive"))
        )
        {
            if (!forwarded.Headers.TryAddWithoutValidation(name, request.Headers[name]))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, request.Headers[name]);
            }
        }

        forwarded.Headers.Add("X-Forwarded-Host", request.UserHostName);
        forwarded.Headers.Add("X-Ingress-Path", Path.TrimEnd('/'));
        using var answer = await _client.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode = (int)answer.StatusCode;
        response.SendChunked = answer.Content.Headers.ContentLength is null && answer.StatusCode == HttpStatusCode.OK;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is "Content-Length")
            {
                response.ContentLength64 = answer.Content.Headers.ContentLength ?? 0;
            }
            else if (name is not ("Transfer-Encoding" or "Connection" or "Date"))
            {
                foreach (var value in values)
                {
                    response.Headers.Add(name, value);
                }
            }
        }

        await using var content = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await content.ReadAsync(buffer)) > 0; )
        {
            await response.OutputStream.WriteAsync(buffer.AsMemory(0, count));
            await response.OutputStream.FlushAsync();
        }
    }
}

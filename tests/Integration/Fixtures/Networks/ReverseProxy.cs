using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>
/// A private nginx or Caddy, set up as in docs/web-console.md: of its example only addresses, ports and the certificate's
/// files are replaced. All files that the program writes stay in its own folder.
/// </summary>
internal sealed class ReverseProxy : IAsyncDisposable
{
    /// <summary>The name in the example.</summary>
    public const string HostName = "console.example.org";

    /// <summary>Another name of the certificate, which the console's configuration does not contain.</summary>
    public const string WrongHostName = "evil.example";

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly int _port = FreePort.Find();
    private ChildProcess? _process;

    private ReverseProxy()
    {
        _authority.Issue(Certificate, Key, HostName, WrongHostName);
        _authority.WriteAuthority(_folder["ca.pem"]);
        Authority = X509CertificateLoader.LoadCertificateFromFile(_folder["ca.pem"]);
    }

    /// <summary>The authority that a client must trust.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>As in a browser's address bar; the name resolves only by <see cref="EndPoint"/>.</summary>
    public Uri Url => new($"https://{HostName}:{_port}");

    public IPEndPoint EndPoint => new(IPAddress.Loopback, _port);

    private string Certificate => _folder["console.pem"];

    private string Key => _folder["console.key"];

    public static Task<ReverseProxy> StartNginxAsync(Uri console) => StartNginxAsync(console, "/");

    /// <param name="console">The console's address.</param>
    /// <param name="path">Where nginx serves it, with a slash at both ends.</param>
    public static async Task<ReverseProxy> StartNginxAsync(Uri console, string path)
    {
        ReverseProxy proxy = new();
        var folder = proxy._folder;
        var server = Replaced(
            Example("nginx"),
            ("listen 443 ssl;", $"listen 127.0.0.1:{proxy._port} ssl;"),
            (
                "# ssl_certificate …; ssl_certificate_key …;",
                $"ssl_certificate {proxy.Certificate}; ssl_certificate_key {proxy.Key};"
            ),
            ("location / {", $"location {path} {{"),
            ("http://127.0.0.1:8080;", path == "/" ? $"http://{console.Authority};" : $"http://{console.Authority}/;")
        );
        // One process: started as root, nginx would give its workers to a user who may not enter the folder.
        var configuration = folder.Write(
            "nginx.conf",
            $$"""
            daemon off;
            master_process off;
            pid {{folder["nginx.pid"]}};
            error_log stderr;
            events {}
            http {
                access_log off;
                client_body_temp_path {{folder["body"]}};
                proxy_temp_path {{folder["proxy"]}};
                fastcgi_temp_path {{folder["fastcgi"]}};
                uwsgi_temp_path {{folder["uwsgi"]}};
                scgi_temp_path {{folder["scgi"]}};
            {{server}}
            }
            """
        );
        await proxy.StartAsync("nginx", ["-p", folder.Path, "-e", "stderr", "-c", configuration]);
        return proxy;
    }

    public static async Task<ReverseProxy> StartCaddyAsync(Uri console)
    {
        ReverseProxy proxy = new();
        var folder = proxy._folder;
        var site = Replaced(
            Example("caddy"),
            (
                $"{HostName} {{",
                $"{HostName}:{proxy._port}, {WrongHostName}:{proxy._port} {{\n    bind 127.0.0.1\n    tls {proxy.Certificate} {proxy.Key}"
            ),
            ("127.0.0.1:8080", console.Authority)
        );
        var configuration = folder.Write("Caddyfile", $"{{\n    admin off\n    auto_https disable_redirects\n}}\n{site}");
        Dictionary<string, string> home = new(StringComparer.Ordinal)
        {
            ["HOME"] = folder.Path,
            ["XDG_CONFIG_HOME"] = folder["config"],
            ["XDG_DATA_HOME"] = folder["data"],
        };
        await proxy.StartAsync("caddy", ["run", "--config", configuration, "--adapter", "caddyfile"], home);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        Authority.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        try
        {
            _process = await ChildProcess.StartAsync(program, arguments, environment);
            await Eventually.TrueAsync(AnswersAsync, () => $"{program} does not listen: {_process.Output}");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        _process!.HasExited.ShouldBeFalse(_process.Output);
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(EndPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Example(string language)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/web-console.md"));
        return page.Split($"```{language}\n")[1].Split("```")[0];
    }

    private static string Replaced(string text, params (string Old, string New)[] replacements)
    {
        foreach (var (old, other) in replacements)
        {
            text.ShouldContain(old);
            text = text.Replace(old, other, StringComparison.Ordinal);
        }

        return text;
    }
}

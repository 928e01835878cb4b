using SshMqttBridge.Common;

namespace SshMqttBridge.Configuration;

/// <summary>Options of the web console.</summary>
internal sealed record WebConsoleOptions
{
    /// <summary>The minimum length of the token in characters.</summary>
    public const int MinimumTokenLength = 16;

    /// <summary>Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>The address to listen at. Default <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>
    /// Valid names in the Host header, besides <c>localhost</c>, the machine's name and any address. Prevents DNS rebinding.
    /// </summary>
    public ValueList<string> HostNames { get; init; } = [];

    /// <summary>Origins whose pages may show the console in a frame and send it requests, besides its own. Default: none.</summary>
    public ValueList<Uri> Origins { get; init; } = [];

    /// <summary>Absolute path of the file with the token; null: the bridge generates one in the state directory.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Absolute path of the PEM file with the certificate, for <c>https</c>; null otherwise.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Absolute path of the PEM file with the certificate's key, for <c>https</c>; null otherwise.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Allows an address other than loopback without TLS, for example behind a TLS proxy.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>Whether users of the console may accept a host key that was refused. Default true.</summary>
    public bool TrustHostKeys { get; init; } = true;

    /// <summary>Who may copy files between the browser and the base directory. Default <see cref="BrowserFiles.Automatic"/>.</summary>
    public BrowserFiles Files { get; init; }

    /// <summary>The maximum size of an uploaded file in MiB. Default 1024, which is 1 GiB.</summary>
    public int MaxUploadMiB { get; init; } = 1024;

    /// <summary>The maximum size of an uploaded file in bytes.</summary>
    public long MaxUploadBytes => (long)MaxUploadMiB << 20;
}

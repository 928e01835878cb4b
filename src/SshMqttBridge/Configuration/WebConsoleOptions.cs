namespace SshMqttBridge.Configuration;

/// <summary>The console in the browser.</summary>
internal sealed record WebConsoleOptions
{
    /// <summary>The shortest token that a file may hold, in characters.</summary>
    public const int ShortestToken = 16;

    /// <summary>Default: no.</summary>
    public bool Enabled { get; init; }

    /// <summary>Where it listens. Default <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Names, besides <c>localhost</c>, the machine's own and any address, under which browsers may ask for it: else a stranger's page could, by pointing a name of its own here.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Absolute path of the file that holds the token; null: the bridge makes one and keeps it in the state directory.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Absolute path of the PEM file with the certificate, for <c>https</c>; null otherwise.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Absolute path of the PEM file with the certificate's key, for <c>https</c>; null otherwise.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The explicit word that lets it listen without TLS on another address than loopback, as behind a proxy that has it.</summary>
    public bool AllowPlainHttp { get; init; }
}

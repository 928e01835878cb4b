namespace SshMqttBridge.Configuration;

/// <summary>Metrics for Prometheus, and health checks over HTTP.</summary>
internal sealed record MetricsOptions
{
    /// <summary>Default: no.</summary>
    public bool Enabled { get; init; }

    /// <summary>Where to listen, with <c>http</c>; port 0 selects a free port. Default: port 9405 of the loopback interface.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:9405");
}

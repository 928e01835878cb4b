using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Docker.DotNet;
using DotNet.Testcontainers.Configurations;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>The Docker engine that runs on this machine, or that <c>scripts/test</c> started for the tests.</summary>
internal static class ContainerEngine
{
    /// <summary>The bridge's image; scripts/containers-images makes it under this name.</summary>
    public const string BridgeImage = "ssh-mqtt-bridge:test";

    private const string Socket = "unix://";

    /// <summary>The oldest version of the API that current engines still speak. Testcontainers asks for a later one.</summary>
    private static readonly Version OldestOfToday = new(1, 44);

    private static readonly Lazy<string?> Answer = new(Ask);

    /// <summary>Where it is, as <c>DOCKER_HOST</c> has it.</summary>
    public static string Host { get; } =
        Environment.GetEnvironmentVariable("DOCKER_HOST") switch
        {
            null or "" => $"{Socket}/var/run/docker.sock",
            var host => host,
        };

    /// <summary>Why the tests are skipped; null: an engine answers.</summary>
    public static string? WhyNot => Answer.Value;

    /// <summary>Whether it is one of the tests' own, with images made from what the machine has.</summary>
    public static bool IsPrivate { get; } = Environment.GetEnvironmentVariable("SSHMQTT_TEST_ENGINE_FOLDER") is { Length: > 0 };

    /// <summary>For what Testcontainers does not offer; the caller disposes it.</summary>
    public static DockerClient NewClient() =>
        TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.NewGuid()).Build();

    private static string? Ask()
    {
        if (!Host.StartsWith(Socket, StringComparison.Ordinal))
        {
            return $"The tests mount files of this machine into containers, which the engine at {Host} may not see; they need one at a unix socket.";
        }

        try
        {
            using SocketsHttpHandler handler = new() { ConnectCallback = ConnectAsync };
            using HttpClient client = new(handler) { Timeout = TimeSpan.FromSeconds(10) };
            var version = Task.Run(() => client.GetFromJsonAsync<JsonNode>(new Uri("http://docker/version")))
                .GetAwaiter()
                .GetResult();
            UseVersion(version?["ApiVersion"]?.GetValue<string>());
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return $"No Docker engine answers at {Host} ({e.GetBaseException().Message}). SSHMQTT_TEST_ENGINE=private scripts/test starts one.";
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Host[ContainerEngine.Socket.Length..]), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// An older engine is talked to in its own version of the API; Testcontainers does not find it out by itself.
    /// </summary>
    private static void UseVersion(string? version)
    {
        const string Variable = "DOCKER_API_VERSION";
        if (
            Environment.GetEnvironmentVariable(Variable) is null
            && Version.TryParse(version, out var spoken)
            && spoken < OldestOfToday
        )
        {
            Environment.SetEnvironmentVariable(Variable, version);
        }
    }
}

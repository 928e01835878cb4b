using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>A test in a network of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    public NetworkFactAttribute() => Skip = Obstacle.Value;

    private static string? FindObstacle()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "needs root: it makes a network namespace";
        }

        if (ChildProcess.FindProgram("ip") is null || ChildProcess.FindProgram("iptables") is null)
        {
            return "needs the Debian packages iproute2 and iptables";
        }

        try
        {
            TryAsync().GetAwaiter().GetResult();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return $"no network namespaces here: {exception.Message}";
        }
    }

    private static async Task TryAsync()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await network.DropAsync();
    }
}

using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>A test with a real Node-RED, which scripts/test installs into tests/NodeRed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeRedFactAttribute : FactAttribute
{
    public NodeRedFactAttribute()
    {
        if (!IsThere)
        {
            Skip = "needs Node.js, and Node-RED from npm: npm ci in tests/NodeRed";
        }
    }

    public static string Program { get; } = Path.Combine(Repository.Root, "tests/NodeRed/node_modules/node-red/red.js");

    public static bool IsThere => File.Exists(Program) && ChildProcess.FindProgram("node") is not null;
}

using System.CommandLine;
using System.CommandLine.Invocation;
using SshMqttBridge.Common;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>--version</c>: prints the version with the commit and its date.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        Console.WriteLine(BridgeVersion.WithRevision);
        return ExitStatus.Success;
    }
}

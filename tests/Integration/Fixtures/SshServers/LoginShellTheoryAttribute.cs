using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>A test with users whose login shells are not POSIX shells. It needs root, fish and tcsh.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LoginShellTheoryAttribute : TheoryAttribute
{
    public LoginShellTheoryAttribute() =>
        Skip =
            new RootFactAttribute().Skip
            ?? (
                ((string[])["fish", "tcsh"]).FirstOrDefault(shell => ChildProcess.FindProgram(shell) is null) is { } missing
                    ? $"{missing} is not installed"
                    : null
            );
}

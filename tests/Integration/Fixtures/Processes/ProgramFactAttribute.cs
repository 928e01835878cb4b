namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A test that needs a program which not every system has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="program">Its name.</param>
    public ProgramFactAttribute(string program)
    {
        Program = program;
        Skip = ChildProcess.WhyWithout(program);
    }

    public string Program { get; }
}

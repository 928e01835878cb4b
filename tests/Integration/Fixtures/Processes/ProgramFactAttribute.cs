namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A test that needs programs which not every system has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="programs">Their names.</param>
    public ProgramFactAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = programs.Select(ChildProcess.WhyWithout).FirstOrDefault(reason => reason is not null);
    }

    public IReadOnlyList<string> Programs { get; }
}

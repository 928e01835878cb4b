using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Containers;

public sealed class ComposeFileTests
{
    [ProgramFact("docker-compose")]
    public async Task File_GivenCompose_ShouldBeValid() =>
        await ChildProcess.RunAsync(
            "docker-compose",
            "--file",
            Path.Combine(Repository.Root, "docker-compose.yml"),
            "config",
            "--quiet"
        );

    /// <summary>The container tests reject settings that they would not apply.</summary>
    [Theory]
    [InlineData("bridge")]
    [InlineData("broker")]
    [InlineData("server")]
    public void Service_GivenTheFile_ShouldHaveOnlySettingsThatTheTestsKnow(string name) =>
        ComposeFile.Read()[name].Name.ShouldBe(name);
}

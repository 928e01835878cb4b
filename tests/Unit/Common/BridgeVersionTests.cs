using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Common;

public sealed class BridgeVersionTests
{
    [Theory]
    [InlineData("0.1.0", "0.1.0")]
    [InlineData("0.1.0+0123456789ab.2026-11-30", "0.1.0 (commit 0123456789ab, 2026-11-30)")]
    [InlineData("0.1.0+0123456789ab.2026-11-30.modified", "0.1.0 (commit 0123456789ab, 2026-11-30, modified)")]
    [InlineData("0.1.0+something", "0.1.0")]
    public void Describe_GivenBuildMetadata_ShouldNameCommitAndDate(string built, string description) =>
        BridgeVersion.Describe(built).ShouldBe(description);

    [Fact]
    public void Text_ShouldBeTheVersionAlone() => BridgeVersion.Text.ShouldMatch(@"^\d+\.\d+\.\d+$");
}

using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class HostKeyAccessTests
{
    private static readonly ServerOptions Open = new()
    {
        Id = "nas",
        Host = "192.0.2.10",
        User = "admin",
        KeyDirectory = "/",
    };

    [Fact]
    public void RefusalOf_GivenAServerWithAnyCommand_ShouldAllowIt()
    {
        new HostKeyAccess(isAllowed: true).RefusalOf(Open).ShouldBeNull();
        new HostKeyAccess(isAllowed: true).RefusalOf(Open with { HostKey = HostKeyPolicy.Strict }).ShouldBeNull();
    }

    [Fact]
    public void RefusalOf_GivenARestriction_ShouldNameIt()
    {
        HostKeyAccess access = new(isAllowed: true);
        var pinned = Open with { HostKey = new HostKeyPolicy(HostKeyMode.Pinned, "SHA256:" + new string('A', 43)) };
        var restricted = Open with { Policy = new ServerPolicy { Commands = CommandRule.ActionsOnly } };

        new HostKeyAccess(isAllowed: false).RefusalOf(Open).ShouldNotBeNull().ShouldContain("webConsole.trustHostKeys");
        access.RefusalOf(pinned).ShouldNotBeNull().ShouldContain("(hostKey)");
        access.RefusalOf(restricted).ShouldNotBeNull().ShouldContain("only certain commands");
    }
}

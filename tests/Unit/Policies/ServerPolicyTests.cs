using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.Policies;

public sealed class ServerPolicyTests
{
    private static readonly CommandOrigin Origin = new("nas", "ssh/nas/exec/set", DateTimeOffset.UnixEpoch, 0);

    [Fact]
    public void RefusalOf_GivenNoLimits_ShouldBeNull()
    {
        foreach (var command in Everything())
        {
            ServerPolicy.Unlimited.RefusalOf(command).ShouldBeNull();
        }
    }

    [Fact]
    public void RefusalOf_GivenActionsOnly_ShouldRefuseExecAndNothingElse()
    {
        var policy = new ServerPolicy { Commands = CommandRule.ActionsOnly };

        Everything().Where(command => policy.RefusalOf(command) is not null).ShouldHaveSingleItem().ShouldBeOfType<ExecCommand>();
        policy.RefusalOf(Exec("uptime")).ShouldNotBeNull().ShouldContain("commands: actions");
    }

    [Fact]
    public void RefusalOf_GivenPatterns_ShouldAllowMatchingCommands()
    {
        var policy = new ServerPolicy { Commands = CommandRule.Matching([Pattern("uptime"), Pattern("df( -h)?")]) };

        policy.RefusalOf(Exec("uptime")).ShouldBeNull();
        policy.RefusalOf(Exec("df -h")).ShouldBeNull();
        policy.RefusalOf(Exec("df -h; id")).ShouldNotBeNull().ShouldContain("(commands)");
    }

    [Theory]
    [InlineData("Both", true, true)]
    [InlineData("Get", true, false)]
    [InlineData("Put", false, true)]
    [InlineData("None", false, false)]
    public void RefusalOf_GivenATransferRule_ShouldLookAtTheDirection(string rule, bool get, bool put)
    {
        var policy = new ServerPolicy { Transfers = Enum.Parse<TransferRule>(rule) };

        (policy.RefusalOf(Transfer(isPut: false)) is null).ShouldBe(get);
        (policy.RefusalOf(Transfer(isPut: true)) is null).ShouldBe(put);
    }

    private static IEnumerable<Command> Everything() =>
        [
            Exec("rm -rf /"),
            Transfer(isPut: false),
            Transfer(isPut: true),
            new ConnectionCommand(true) { Origin = Origin, Id = "1" },
            new UserCommand("root") { Origin = Origin, Id = "1" },
            new PasswordCommand(new Secret("x")) { Origin = Origin, Id = "1" },
            new CancelCommand("*") { Origin = Origin, Id = "1" },
        ];

    private static CommandPattern Pattern(string text) =>
        CommandPattern.TryParse(text, out var pattern, out var wrong)
            ? pattern
            : throw new ArgumentException(wrong, nameof(text));

    private static ExecCommand Exec(string commandLine) =>
        new(commandLine, ExecCommand.DefaultTimeout, null) { Origin = Origin, Id = "1" };

    private static TransferCommand Transfer(bool isPut) => new(isPut, "a", "b") { Origin = Origin, Id = "1" };
}

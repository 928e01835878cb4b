using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;
using FileAccess = SshMqttBridge.WebConsole.FileAccess;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class FileAccessTests
{
    private static readonly ServerPolicy Open = ServerPolicy.Unlimited;
    private static readonly ServerPolicy OnlyActions = new() { Commands = CommandRule.ActionsOnly };
    private static readonly ServerPolicy OnlyPut = new() { Transfers = TransferRule.Put };
    private static readonly ServerPolicy OnlyGet = new() { Transfers = TransferRule.Get };
    private static readonly ServerPolicy NoTransfers = new() { Transfers = TransferRule.None };

    [Fact]
    public void IsAllowed_GivenAutomatic_ShouldRequireAServerThatGivesTheSameAccess()
    {
        Is(BrowserFiles.Automatic, Open).ShouldBeTrue();
        Is(BrowserFiles.Automatic, OnlyActions, NoTransfers, Open).ShouldBeTrue();
        Is(BrowserFiles.Automatic, OnlyActions, OnlyPut, OnlyGet, NoTransfers).ShouldBeFalse();
        Is(BrowserFiles.Automatic).ShouldBeFalse();
    }

    [Fact]
    public void IsAllowed_GivenAlways_ShouldRequireAServerWithTransfers()
    {
        Is(BrowserFiles.Always, NoTransfers, OnlyPut).ShouldBeTrue();
        Is(BrowserFiles.Always, NoTransfers, OnlyGet).ShouldBeTrue();
        Is(BrowserFiles.Always, OnlyActions).ShouldBeTrue();
        Is(BrowserFiles.Always, NoTransfers).ShouldBeFalse();
    }

    [Fact]
    public void IsAllowed_GivenNever_ShouldBeFalse() => Is(BrowserFiles.Never, Open).ShouldBeFalse();

    private static bool Is(BrowserFiles files, params ServerPolicy[] policies) =>
        new FileAccess(new WebConsoleOptions { Files = files }, policies).IsAllowed;
}

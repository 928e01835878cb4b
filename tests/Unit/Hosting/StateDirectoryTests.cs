using SshMqttBridge.Hosting;

namespace SshMqttBridge.Tests.Unit.Hosting;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_GivenNone_ShouldCreateItForTheOwnerOnly()
    {
        using var state = new StateDirectory(_folder["state"]);

        File.GetUnixFileMode(_folder["state"])
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        state.Obstacle().ShouldBeNull();
    }

    [Fact]
    public void Open_GivenOneThatIsHeld_ShouldRefuse()
    {
        using var first = new StateDirectory(_folder.Path);

        Should.Throw<StateDirectoryException>(() => new StateDirectory(_folder.Path)).Message.ShouldContain("Another bridge");
    }

    [Fact]
    public void Open_GivenTheDirectoryOfAnEndedBridge_ShouldOpenIt()
    {
        new StateDirectory(_folder.Path).Dispose();

        using var state = new StateDirectory(_folder.Path);

        state.Obstacle().ShouldBeNull();
    }

    [Fact]
    public void Open_GivenAFileInItsPlace_ShouldReportThatItCannotBeUsed() =>
        Should
            .Throw<StateDirectoryException>(() => new StateDirectory(_folder.Write("state", "")))
            .Message.ShouldContain("cannot be used");

    [Fact]
    public void Obstacle_GivenALockThatCannotBeCreated_ShouldNameItUntilItCanBe()
    {
        // Its lock leads to a folder that is not there: as on a read-only disk, there is no making one.
        File.CreateSymbolicLink(_folder["lock"], _folder["missing/lock"]);
        using var state = new StateDirectory(_folder.Path);

        state.Obstacle().ShouldNotBeNull().ShouldContain(_folder.Path);
        File.Delete(_folder["lock"]);

        state.Obstacle().ShouldBeNull();
        Should.Throw<StateDirectoryException>(() => new StateDirectory(_folder.Path));
    }
}

using SshMqttBridge.HomeAssistant;

namespace SshMqttBridge.Tests.Unit.HomeAssistant;

public sealed class DiscoveryStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File => _folder["home-assistant.json"];

    [Fact]
    public void Read_GivenAWrittenFile_ShouldReturnItsContent()
    {
        var configs = new DiscoveryStore(File, () => null);

        configs.Write(Topics(("a/config", "Run_x", "button"), ("b/config", "Action_x", "sensor")));

        var read = configs.Read();
        read.Keys.ShouldBe(["a/config", "b/config"]);
        read["a/config"].ShouldBe(new Dictionary<string, string> { ["Run_x"] = "button" });
    }

    [Fact]
    public void Read_GivenNoFile_ShouldGiveNothing() => new DiscoveryStore(File, () => null).Read().ShouldBeEmpty();

    [Fact]
    public void Write_GivenAFile_ShouldReplaceItForItsOwnerOnly()
    {
        var configs = new DiscoveryStore(File, () => null);
        configs.Write(Topics(("a", "b", "c")));

        configs.Write(Topics(("d", "e", "f")));

        configs.Read().Keys.ShouldBe(["d"]);
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_folder.Path).Length.ShouldBe(1);
    }

    [Fact]
    public void Write_GivenNothing_ShouldRemoveTheFile()
    {
        var configs = new DiscoveryStore(File, () => null);
        configs.Write(Topics(("a", "b", "c")));

        configs.Write(Topics());

        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":null}}""")]
    public void Read_GivenADamagedFile_ShouldNameIt(string content)
    {
        System.IO.File.WriteAllText(File, content);

        Should.Throw<IOException>(() => new DiscoveryStore(File, () => null).Read()).Message.ShouldContain(File);
    }

    [Fact]
    public void Write_GivenAFolderThatIsNotOurs_ShouldWriteNothing()
    {
        Should
            .Throw<IOException>(() => new DiscoveryStore(File, () => "held").Write(Topics(("a", "b", "c"))))
            .Message.ShouldBe("held");

        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Topics(
        params (string Topic, string Key, string Platform)[] topics
    ) =>
        topics.ToDictionary(
            topic => topic.Topic,
            IReadOnlyDictionary<string, string> (topic) => new Dictionary<string, string> { [topic.Key] = topic.Platform }
        );
}

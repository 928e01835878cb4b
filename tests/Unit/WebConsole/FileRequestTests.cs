using System.Text;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class FileRequestTests
{
    [Theory]
    [InlineData("""{"path":"a/b"}""", "a/b", null, null)]
    [InlineData("""{"path":"a/","name":"b","size":12345678901}""", "a/", "b", 12345678901)]
    [InlineData("""{"path":"","size":1.5,"name":3}""", "", null, null)]
    public void Parse_GivenAFile_ShouldReturnIt(string body, string path, string? name, long? size) =>
        FileRequest.Parse(Encoding.UTF8.GetBytes(body)).ShouldBe(new FileRequest(path, name, size));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"path\"")]
    [InlineData("{}")]
    [InlineData("""{"path":null}""")]
    [InlineData("""{"path":"a","size":"b"}""")]
    [InlineData("""{"path":"\ud800"}""")]
    public void Parse_GivenAnythingElse_ShouldReturnNothing(string body) =>
        FileRequest.Parse(Encoding.UTF8.GetBytes(body)).ShouldBeNull();
}

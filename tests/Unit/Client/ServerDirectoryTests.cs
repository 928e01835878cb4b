using System.Text;
using SshMqttBridge.Client;

namespace SshMqttBridge.Tests.Unit.Client;

public sealed class ServerDirectoryTests
{
    [Fact]
    public void Parse_GivenAnInfo_ShouldHaveTheServersThatThisBridgeServes()
    {
        const string info = """
            {"servers": [
              {"id": "nas", "served": true, "connection": "offline", "reason": "hostKey", "actions": [
                {"name": "restart", "title": "Restart it", "parameters": [
                  {"name": "unit", "type": "choice", "choices": ["nginx", "jellyfin"]},
                  {"name": "level", "type": "integer", "default": "3"}]}]},
              {"id": "other", "served": false},
              7]}
            """;

        var server = ServerDirectory.Parse(Encoding.UTF8.GetBytes(info)).ShouldHaveSingleItem();

        (server.Id, server.Connection, server.Reason).ShouldBe(("nas", "offline", "hostKey"));
        var action = server.Actions.ShouldHaveSingleItem();
        (action.Name, action.Title).ShouldBe(("restart", "Restart it"));
        action.Parameters.ShouldBe(["unit=nginx|jellyfin", "[level=integer]"]);
    }
}

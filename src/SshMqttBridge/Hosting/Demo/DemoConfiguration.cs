using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>The demo's configuration: a file like any other, for people to look at.</summary>
internal static class DemoConfiguration
{
    /// <summary>The server's id.</summary>
    public const string ServerId = "demo";

    /// <summary>Writes it and reads it. The environment does not count: it is meant for another bridge.</summary>
    /// <exception cref="DemoException">It has a fault, by a name with an unusual character in it for instance.</exception>
    public static BridgeOptions Write(DemoFolder folder, DemoBroker broker, DemoServer server, Uri console)
    {
        File.WriteAllText(
            folder.ConfigurationFile,
            $$"""
            mqtt:
              host: 127.0.0.1
              port: {{broker.Port}}
            logLevel: warning
            webConsole:
              enabled: true
              url: {{console.GetLeftPart(UriPartial.Authority)}}
            servers:
              {{ServerId}}:
                host: 127.0.0.1
                port: {{server.Port}}
                user: "{{Environment.UserName}}"
                privateKeyFile: "{{server.UserKey}}"
                actions:
                  greet:
                    command: echo "Hello, $name"
                    parameters:
                      name: {type: text, default: world}

            """
        );
        File.SetUnixFileMode(folder.ConfigurationFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var loaded = ConfigurationLoader.Load(
            folder.ConfigurationFile,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = home }
        );
        return loaded.Options ?? throw new DemoException(string.Join('\n', loaded.Faults));
    }
}

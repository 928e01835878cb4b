using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>The demo's configuration: an ordinary file that users can read.</summary>
internal static class DemoConfiguration
{
    /// <summary>The server's id.</summary>
    public const string ServerId = "demo";

    /// <summary>Writes and loads the configuration. Ignores environment variables: they are for another bridge.</summary>
    /// <exception cref="DemoException">
    /// The configuration is not valid, for example because of an unusual character in a path.
    /// </exception>
    public static BridgeOptions Write(DemoFolder folder, DemoBroker broker, DemoServer server, Uri console)
    {
        using (StreamWriter file = new(folder.ConfigurationFile, OwnerOnly.Options(FileMode.Create)))
        {
            file.Write(Yaml(broker, server, console));
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var loaded = ConfigurationLoader.Load(
            folder.ConfigurationFile,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = home }
        );
        return loaded.Options ?? throw new DemoException(string.Join('\n', loaded.Faults));
    }

    private static string Yaml(DemoBroker broker, DemoServer server, Uri console) =>
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

            """;
}

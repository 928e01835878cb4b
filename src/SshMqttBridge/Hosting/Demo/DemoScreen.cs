using SshMqttBridge.Common;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>What the demo prints.</summary>
internal static class DemoScreen
{
    private const int MaximumPayloadLength = 160;

    /// <summary>Prints one line for a message. Thread-safe.</summary>
    public static void Message(string topic, string payload)
    {
        var arrow = topic.EndsWith("/set", StringComparison.Ordinal) ? "→" : "←";
        Console.WriteLine($"{arrow} {Printable.Text(topic)}  {Printable.Text(payload, MaximumPayloadLength)}");
    }

    /// <summary>Prints commands to try with the server.</summary>
    public static void Suggest(DemoFolder folder, DemoBroker broker, Uri console) =>
        Console.WriteLine(
            $$$"""

            The demo is running: a broker on port {{{broker.Port}}}, and the server '{{{DemoConfiguration.ServerId}}}',
            which is this machine. Commands run here as user {{{Environment.UserName}}}.
            While the demo is running, any user of this machine can run commands as you.

            In another terminal, with the Mosquitto clients (Debian: mosquitto-clients) or any other MQTT client:
              mosquitto_sub -p {{{broker.Port}}} -v -t 'ssh/#'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/exec/set -m 'uptime'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/exec/5/set -m 'sleep 60'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/put/set -m '{{{DemoFolder.SampleName}}} "{{{folder.Server}}}/"'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/run/greet/set -m '{"args":{"name":"you"}}'
            In a browser on this machine:
              {{{console}}}   with the token {{{File.ReadAllText(folder.ConsoleTokenFile).Trim()}}}
            The configuration is {{{folder.ConfigurationFile}}}; the files of get and put are in {{{folder.Files}}}.
            Press Ctrl-C to stop the demo and remove its folder. Messages:

            """
        );

    /// <summary>Prints what to do without a server.</summary>
    public static void SuggestWithoutServer(DemoBroker broker) =>
        Console.WriteLine(
            $"""

            The demo needs the OpenSSH server (sshd, ssh-keygen), which is not installed on this machine.
            To install it on Debian: apt-get install openssh-server

            Only the demo's broker is running, on port {broker.Port}. You can use it for a bridge with your own server:
              mqtt:
                host: 127.0.0.1
                port: {broker.Port}
              servers:
                nas:
                  host: 192.0.2.10
                  user: admin
                  privateKeyFile: ~/.ssh/id_ed25519
            Press Ctrl-C to stop the demo. Messages:

            """
        );
}

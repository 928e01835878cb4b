using SshMqttBridge.Common;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>What the demo prints.</summary>
internal static class DemoScreen
{
    private const int LongestPayload = 160;

    /// <summary>One line for a message. Thread-safe.</summary>
    public static void Message(string topic, string payload)
    {
        var arrow = topic.EndsWith("/set", StringComparison.Ordinal) ? "→" : "←";
        Console.WriteLine($"{arrow} {Printable.Text(topic)}  {Printable.Text(payload, LongestPayload)}");
    }

    /// <summary>What can be tried, with a server.</summary>
    public static void Suggest(DemoFolder folder, DemoBroker broker, Uri console) =>
        Console.WriteLine(
            $$$"""

            The demo runs: a broker on port {{{broker.Port}}}, and as server '{{{DemoConfiguration.ServerId}}}' this machine, as user {{{Environment.UserName}}}. Commands really run here.
            Whoever is logged in to this machine can use it as you while the demo runs.

            In another terminal, with the clients of Mosquitto (Debian: mosquitto-clients) or any others:
              mosquitto_sub -p {{{broker.Port}}} -v -t 'ssh/#'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/exec/set -m 'uptime'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/exec/5/set -m 'sleep 60'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/put/set -m '{{{DemoFolder.SampleName}}} "{{{folder.Server}}}/"'
              mosquitto_pub -p {{{broker.Port}}} -t ssh/demo/run/greet/set -m '{"args":{"name":"you"}}'
            In a browser on this machine:
              {{{console}}}   with the token {{{File.ReadAllText(folder.ConsoleTokenFile).Trim()}}}
            The configuration is {{{folder.ConfigurationFile}}}, the files to put and the files got are in {{{folder.Files}}}.
            Ctrl-C ends it all, and removes that folder. Messages from now on:

            """
        );

    /// <summary>What is left without a server.</summary>
    public static void SuggestWithoutServer(DemoBroker broker) =>
        Console.WriteLine(
            $"""

            There is no OpenSSH server (sshd, ssh-keygen) on this machine for the demo to start. With one it shows everything; on Debian: apt-get install openssh-server

            Until then only its broker runs, on port {broker.Port}. A bridge with a server of yours can use it:
              mqtt:
                host: 127.0.0.1
                port: {broker.Port}
              servers:
                nas:
                  host: 192.0.2.10
                  user: admin
                  privateKeyFile: ~/.ssh/id_ed25519
            Ctrl-C ends it. Messages from now on:

            """
        );
}

using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Bench.World;

/// <summary>The alternatives to the bridge.</summary>
internal static class Peers
{
    private const int Attempts = 100;

    /// <summary><c>mosquitto_sub</c> piped into <c>ssh</c> over a ControlMaster, answering with <c>mosquitto_pub</c>.</summary>
    public static Task<ChildProcess> StartShellLoopAsync(Lab lab, string topic) =>
        ChildProcess.StartAsync(
            Path.GetFullPath("bench/peers/shell-loop"),
            [Floor.Text(lab.BrokerPort), .. lab.Login, topic, lab.Sshd.Folder["control"]]
        );

    /// <summary>npm's <c>mqtt</c> and <c>ssh2</c>.</summary>
    /// <param name="lab">Has the broker and the server.</param>
    /// <param name="topic">The peer's base topic.</param>
    /// <param name="noDelay">Whether to turn off Nagle's algorithm, which the <c>mqtt</c> package leaves on.</param>
    public static Task<ChildProcess> StartNodeAsync(Lab lab, string topic, bool noDelay) =>
        ChildProcess.StartAsync(
            "node",
            [
                Path.GetFullPath("bench/peers/node/bridge.js"),
                Floor.Text(lab.BrokerPort),
                .. lab.Login,
                topic,
                noDelay ? "no-delay" : "",
            ]
        );

    /// <summary>Not all peers report that they have subscribed, so this publishes commands until each has answered.</summary>
    /// <exception cref="TimeoutException">A peer does not answer.</exception>
    public static async Task WaitUntilTheyAnswerAsync(Lab lab, params string[] topics)
    {
        await using var probe = await MqttProbe.ConnectAsync(lab.BrokerPort);
        foreach (var topic in topics)
        {
            await probe.SubscribeAsync($"{topic}/exec", sendRetained: false);
            for (var attempt = 0; !probe.Messages.Any(message => message.Topic == $"{topic}/exec"); attempt++)
            {
                if (attempt == Attempts)
                {
                    throw new TimeoutException($"{topic} does not answer");
                }

                await probe.PublishAsync($"{topic}/exec/set", "true");
                await Task.Delay(100);
            }
        }

        // Wait for the answers to repeated commands.
        await Task.Delay(1000);
    }
}

using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Bench.World;

/// <summary>What one would do without the bridge.</summary>
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
    /// <param name="lab">Where.</param>
    /// <param name="topic">Its base topic.</param>
    /// <param name="noDelay">Whether it was written by somebody who knows that the <c>mqtt</c> package leaves Nagle's algorithm
    /// on.</param>
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

    /// <summary>They do not all say when they have subscribed, so they are asked until they answer.</summary>
    /// <exception cref="TimeoutException">One of them never does.</exception>
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

        // What was asked more than once is answered more than once.
        await Task.Delay(1000);
    }
}

using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Measuring;

/// <summary>The processor time that a lab's processes have used, in seconds.</summary>
internal sealed record Usage(double Bridge, double Broker, double Sshd)
{
    public Usage(Lab lab, RunningBridge bridge)
        : this(CpuTime.Of(bridge.Id).TotalSeconds, CpuTime.Of(lab.Broker.ProcessId).TotalSeconds, Of(lab.Sshd.Processes)) { }

    public double All => Bridge + Broker + Sshd;

    /// <summary>That of the processes and of their children that have ended.</summary>
    public static double Of(IEnumerable<int> processes) => processes.Sum(id => CpuTime.WithChildrenOf(id).TotalSeconds);

    public static Usage operator -(Usage later, Usage earlier) =>
        new(later.Bridge - earlier.Bridge, later.Broker - earlier.Broker, later.Sshd - earlier.Sshd);
}

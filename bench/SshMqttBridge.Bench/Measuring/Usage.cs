using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Measuring;

/// <summary>The processor time of a lab's processes, in seconds.</summary>
internal sealed record Usage(double Bridge, double Broker, double Sshd)
{
    public Usage(Lab lab, RunningBridge bridge)
        : this(CpuTime.Of(bridge.Id).TotalSeconds, CpuTime.Of(lab.Broker.ProcessId).TotalSeconds, Of(lab.Sshd.Processes)) { }

    public double All => Bridge + Broker + Sshd;

    /// <summary>Includes the children that have exited.</summary>
    public static double Of(IEnumerable<int> processes) => processes.Sum(id => CpuTime.WithChildrenOf(id).TotalSeconds);

    public static Usage operator -(Usage later, Usage earlier) =>
        new(later.Bridge - earlier.Bridge, later.Broker - earlier.Broker, later.Sshd - earlier.Sshd);
}

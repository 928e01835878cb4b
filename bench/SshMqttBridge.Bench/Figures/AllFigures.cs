namespace SshMqttBridge.Bench.Figures;

/// <summary>All figures, in the order in which they are measured and shown.</summary>
internal static class AllFigures
{
    public static IReadOnlyList<Figure> List { get; } =
    [
        new LatencyFigure(),
        new QueueFigure(),
        new FleetFigure(),
        new OutputFigure(),
        new LinesFigure(),
        new FilesFigure(),
        new StartFigure(),
        new ConnectedFigure("sshnet", new ConnectedGoals(350, 1030, Time: null)),
        new ConnectedFigure("libssh", new ConnectedGoals(90, 20, Time: 1.2)),
        new DownFigure(),
        new ServersFigure(),
        new ShardsFigure(),
        new GroupFigure(),
        new OutputSizesFigure(),
        new AllocationsFigure(),
    ];
}

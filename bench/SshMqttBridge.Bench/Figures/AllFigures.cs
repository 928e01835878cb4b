namespace SshMqttBridge.Bench.Figures;

/// <summary>In the order in which they are measured and shown.</summary>
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
        new ConnectedFigure(),
        new DownFigure(),
        new ServersFigure(),
        new OutputSizesFigure(),
        new AllocationsFigure(),
    ];
}

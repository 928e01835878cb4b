using SshMqttBridge.Bench.Reporting;

namespace SshMqttBridge.Bench.Figures;

/// <summary>
/// Something that is measured in one run and compared with peers and the floor. It stops everything that it starts.
/// </summary>
/// <param name="name">The name on the command line and of the file.</param>
/// <param name="title">The title in the table.</param>
internal abstract class Figure(string name, string title)
{
    public string Name { get; } = name;

    public string Title { get; } = title;

    /// <summary>Adds rows to the report, each as soon as it is measured.</summary>
    public abstract Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken);
}

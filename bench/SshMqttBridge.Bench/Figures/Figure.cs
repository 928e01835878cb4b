using SshMqttBridge.Bench.Reporting;

namespace SshMqttBridge.Bench.Figures;

/// <summary>Something that is measured in one run, against its peers and its floor. It ends all that it starts.</summary>
/// <param name="name">For the command line and the file.</param>
/// <param name="title">For the table.</param>
internal abstract class Figure(string name, string title)
{
    public string Name { get; } = name;

    public string Title { get; } = title;

    /// <summary>Adds its rows to the report, each as soon as it is there.</summary>
    public abstract Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken);
}

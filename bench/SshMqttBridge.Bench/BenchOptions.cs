using SshMqttBridge.Bench.Figures;

namespace SshMqttBridge.Bench;

/// <summary>
/// The command line. <c>scripts/bench</c> runs each figure in a separate process, so that one that hangs does not block the
/// others.
/// </summary>
/// <param name="Mode">What to do.</param>
/// <param name="Figures">The selected figures, in the order in which they are measured.</param>
/// <param name="IsQuick">Whether to check only that the benchmark itself works.</param>
internal sealed record BenchOptions(BenchMode Mode, IReadOnlyList<Figure> Figures, bool IsQuick)
{
    private const string Quick = "--quick";
    private const string Missing = "--missing";

    public Scale Scale => IsQuick ? Scale.Quick : Scale.Full;

    /// <summary>The folder of the results. A quick run does not overwrite those of a full one.</summary>
    public string ResultsFolder => IsQuick ? Path.Combine("TestResults", "bench") : "bench";

    /// <summary>Whether to skip figures that already have a result.</summary>
    public bool OnlyMissing { get; private init; }

    /// <param name="arguments">The mode, then options and names of figures; none: all of them.</param>
    /// <exception cref="FormatException">An argument is unknown. The message lists the valid ones.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !Enum.TryParse<BenchMode>(arguments[0], ignoreCase: true, out var mode))
        {
            throw new FormatException("the first argument is list, measure or table");
        }

        List<Figure> figures = [];
        foreach (var argument in arguments.Skip(1).Where(argument => argument is not (Quick or Missing)))
        {
            figures.Add(
                AllFigures.List.FirstOrDefault(figure => figure.Name == argument)
                    ?? throw new FormatException(
                        $"unknown argument '{argument}'; valid: {Quick}, {Missing}, "
                            + string.Join(", ", AllFigures.List.Select(figure => figure.Name))
                    )
            );
        }

        return new BenchOptions(mode, figures.Count > 0 ? figures : AllFigures.List, arguments.Contains(Quick))
        {
            OnlyMissing = arguments.Contains(Missing),
        };
    }
}

internal enum BenchMode
{
    /// <summary>Prints the names of the figures.</summary>
    List,

    /// <summary>Measures the figures and stores the results.</summary>
    Measure,

    /// <summary>Writes the pages and plots of all stored results.</summary>
    Table,
}

using SshMqttBridge.Bench.Figures;

namespace SshMqttBridge.Bench;

/// <summary>
/// What the command line asks for. <c>scripts/bench</c> runs each figure in a process of its own, so that one that hangs does
/// not keep the others back.
/// </summary>
/// <param name="Mode">What to do.</param>
/// <param name="Figures">The figures that are meant, in this order.</param>
/// <param name="IsQuick">Whether only to see that the measuring works.</param>
internal sealed record BenchOptions(BenchMode Mode, IReadOnlyList<Figure> Figures, bool IsQuick)
{
    private const string Quick = "--quick";
    private const string Missing = "--missing";

    public Scale Scale => IsQuick ? Scale.Quick : Scale.Full;

    /// <summary>Where results are kept: what a quick run finds is not to stand beside what a full one found.</summary>
    public string ResultsFolder => IsQuick ? Path.Combine("TestResults", "bench") : "bench";

    /// <summary>Whether figures that have a result already are left out.</summary>
    public bool OnlyMissing { get; private init; }

    /// <param name="arguments">The mode, then options and names of figures; none: all of them.</param>
    /// <exception cref="FormatException">An argument is not understood; says which ones there are.</exception>
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
                        $"'{argument}' is none of these: {Quick}, {Missing}, {string.Join(", ", AllFigures.List.Select(figure => figure.Name))}"
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

    /// <summary>Measures them and keeps what was found.</summary>
    Measure,

    /// <summary>Makes the pages and the pictures of all that was found.</summary>
    Table,
}

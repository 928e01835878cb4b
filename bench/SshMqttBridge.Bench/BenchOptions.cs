namespace SshMqttBridge.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Figures">The names of the figures to measure, in this order.</param>
/// <param name="Scale">How much of each.</param>
/// <param name="ResultsFolder">Where results are kept: <c>bench</c> for full runs, a temporary one for quick ones.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Figures, Scale Scale, string ResultsFolder)
{
    /// <exception cref="FormatException">An argument is not understood; says which ones there are.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments, IEnumerable<string> figures)
    {
        string[] known = [.. figures];
        List<string> chosen = [];
        var isQuick = false;
        var isMissing = false;
        foreach (var argument in arguments)
        {
            switch (argument)
            {
                case "--quick":
                    isQuick = true;
                    break;
                case "--missing":
                    isMissing = true;
                    break;
                case var name when known.Contains(name):
                    chosen.Add(name);
                    break;
                default:
                    throw new FormatException($"'{argument}' is none of them: --quick, --missing, {string.Join(", ", known)}");
            }
        }

        // What a quick run finds is not to stand beside what a full one found.
        var folder = isQuick ? Path.Combine("TestResults", "bench") : "bench";
        if (chosen.Count == 0)
        {
            chosen.AddRange(known);
        }

        if (isMissing)
        {
            chosen.RemoveAll(name => File.Exists(Path.Combine(folder, "results", $"{name}.json")));
        }

        return new BenchOptions(chosen, isQuick ? Scale.Quick : Scale.Full, folder);
    }
}

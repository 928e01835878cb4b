using System.Text.RegularExpressions;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The page that lists the test of each fault must not name tests that do not exist.</summary>
public sealed partial class ReliabilityPageTests
{
    // Higher numbers are another kind of rows, not all of which exist yet.
    private const int Faults = 41;
    private const int MostMilliseconds = 30_000;

    private static readonly string Root = Repository.Root;
    private static readonly string[] Rows =
    [
        .. File.ReadLines(Path.Combine(Root, "docs", "reliability.md")).Where(line => FaultRow().IsMatch(line)),
    ];

    [Fact]
    public void EveryFault_GivenTheTable_ShouldHoldEachNumberOnceAndInOrder()
    {
        int[] numbers = [.. Rows.Select(row => int.Parse(FaultRow().Match(row).Groups["number"].Value))];

        numbers.ShouldBe(numbers.Distinct().Order());
        Enumerable.Range(1, Faults).Except(numbers).ShouldBeEmpty();
    }

    [Fact]
    public void EveryFault_GivenTheTable_ShouldNameExistingTests()
    {
        var integration = MethodsIn("Integration");
        var unit = MethodsIn("Unit");

        foreach (var row in Rows)
        {
            string[] tests = [.. TestName().Matches(row).Select(match => match.Value.Trim('`'))];
            tests.ShouldNotBeEmpty(row);
            foreach (var test in tests)
            {
                var isUnit = test.StartsWith("Unit.", StringComparison.Ordinal);
                (isUnit ? unit : integration).ShouldContain(isUnit ? test["Unit.".Length..] : test);
            }
        }
    }

    /// <summary>
    /// Class and method of each test below a folder; an inherited one is listed under the names of all classes that its base's
    /// file mentions.
    /// </summary>
    private static HashSet<string> MethodsIn(string project)
    {
        string[] sources =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, "tests", project), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
                .Select(File.ReadAllText),
        ];
        var methods = sources
            .SelectMany(text =>
                TestMethod()
                    .Matches(text)
                    .Select(match => (Class: ClassName().Match(text).Groups["name"].Value, match.Groups["name"].Value))
            )
            .ToLookup(pair => pair.Class, pair => pair.Value, StringComparer.Ordinal);
        IEnumerable<(string Name, string Base)> classes = sources.SelectMany(text =>
            ClassName().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["base"].Value))
        );
        return classes
            .SelectMany(type => methods[type.Name].Concat(methods[type.Base]).Select(method => $"{type.Name}.{method}"))
            .ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\| (?<number>[0-9]+) \|", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex FaultRow();

    [GeneratedRegex(@"`[A-Za-z.0-9]+\.\w+_Given\w+`", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex TestName();

    [GeneratedRegex(@"public (async )?(Task|void) (?<name>\w+_Given\w+)\(", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex TestMethod();

    [GeneratedRegex(
        @"(?m)^(public|internal) [a-z ]*class (?<name>\w+)(\([^)]*\))?(\s*:\s*(?<base>\w+))?",
        RegexOptions.ExplicitCapture,
        MostMilliseconds
    )]
    private static partial Regex ClassName();
}

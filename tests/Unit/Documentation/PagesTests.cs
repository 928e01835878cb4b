using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The page about topics must document what clients rely on, and links must have a target.</summary>
public sealed partial class PagesTests
{
    private const int MostMilliseconds = 30_000;

    private static readonly string Root = Repository.Root;

    public static TheoryData<string> ReasonCodes { get; } =
        new(
            typeof(Reasons)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.IsLiteral)
                .Select(field => (string)field.GetRawConstantValue()!)
        );

    public static TheoryData<string> Statuses { get; } = new(Enum.GetValues<CommandStatus>().Select(NameOf));

    public static TheoryData<string> Operations { get; } = new(Enum.GetValues<Operation>().Select(NameOf));

    public static TheoryData<string> Fields { get; } =
        new(typeof(CommandResult).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)));

    public static TheoryData<string> Pages { get; } =
        new(
            Directory
                .EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Root, "*.md"))
                .Select(file => Path.GetRelativePath(Root, file))
        );

    [Theory]
    [MemberData(nameof(ReasonCodes))]
    public void Reason_GivenACode_ShouldHaveARow(string code) => Section("Reason").ShouldContain($"| `{code}` |");

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Status_GivenAName_ShouldHaveARow(string status) => Section("Status").ShouldContain($"| `{status}` |");

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_GivenAName_ShouldHaveAWriteTopic(string operation) =>
        Section("Topics you write").ShouldContain($"`ssh/<id>/{operation}/set`");

    [Theory]
    [MemberData(nameof(Fields))]
    public void Result_GivenAField_ShouldBeInItsTable(string field) =>
        Section("The result").Split('\n').ShouldContain(line => line.StartsWith('|') && line.Contains($"`{field}`"));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Link_GivenAPage_ShouldLeadToAFileAndItsHeading(string page)
    {
        var file = Path.Combine(Root, page);
        var broken = Links()
            .Matches(WithoutCode(File.ReadAllText(file)))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Leads(file, target));

        broken.ShouldBeEmpty();
    }

    private static bool Leads(string page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : Path.GetFullPath(parts[0], Path.GetDirectoryName(page)!);
        return parts.Length == 1
            ? Path.Exists(target)
            : File.Exists(target) && Headings().Matches(File.ReadAllText(target)).Any(match => AnchorOf(match.Value) == parts[1]);
    }

    /// <summary>The anchor that GitHub and others make of a heading.</summary>
    private static string AnchorOf(string heading) =>
        string.Concat(
            heading
                .Trim('#', ' ', '\r')
                .ToLowerInvariant()
                .Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')
                .Select(character => character == ' ' ? '-' : character)
        );

    /// <summary>From a heading of docs/topics.md to the next one of the same rank or a higher one.</summary>
    private static string Section(string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "docs", "topics.md"));
        var start = Array.FindIndex(lines, line => line.TrimStart('#') == " " + heading);
        start.ShouldBeGreaterThanOrEqualTo(0, $"there is no heading '{heading}'");
        var rank = RankOf(lines[start]);
        return string.Join('\n', lines.Skip(start + 1).TakeWhile(line => RankOf(line) is 0 || RankOf(line) > rank));
    }

    /// <summary>1 for a heading with one number sign, and so on; 0 if it is not a heading.</summary>
    private static int RankOf(string line)
    {
        var signs = line.TakeWhile(character => character == '#').Count();
        return line.Length > signs && line[signs] == ' ' ? signs : 0;
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonSerializer.Serialize(value).Trim('"');

    private static string WithoutCode(string text) => Code().Replace(text, "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Links();

    [GeneratedRegex("(?m)^#+ .*$", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Headings();

    [GeneratedRegex("(?ms)^ *```.*?^ *```|`[^`\n]*`", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Code();
}

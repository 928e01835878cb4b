using System.CommandLine;
using SshMqttBridge.Hosting.Verbs;

namespace SshMqttBridge.Tests.Unit.Hosting.Verbs;

public sealed class VerbCompletionTests
{
    private static readonly RootCommand Root = BridgeCommandLine.CreateRoot();

    public static TheoryData<string> Shells { get; } = new(CompletionVerb.Shells);

    [Theory]
    [MemberData(nameof(Shells))]
    public void Script_GivenAShell_ShouldHaveEachVerbAndOption(string shell)
    {
        var script = VerbCompletion.For(shell, Root);

        var verbs = Root.Subcommands.Where(verb => !verb.Hidden).ToList();
        verbs.Count.ShouldBeGreaterThan(5);
        verbs.ShouldAllBe(verb => script.Contains(verb.Name));
        verbs
            .Append(Root)
            .SelectMany(verb => verb.Options)
            .ShouldAllBe(option => script.Contains((shell == "fish" ? "-l " : "--") + option.Name.TrimStart('-')));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Script_GivenAHiddenVerb_ShouldNotHaveIt(string shell)
    {
        var hidden = Root.Subcommands.Single(verb => verb.Hidden);

        VerbCompletion.For(shell, Root).ShouldNotContain(hidden.Name);
    }
}

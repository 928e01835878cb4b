using System.CommandLine;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>
/// Creates the scripts that complete the program's command line, from the definitions of its verbs. The client has its own:
/// <see cref="Client.ShellCompletion"/>.
/// </summary>
internal static class VerbCompletion
{
    private const string Program = "SshMqttBridge";

    /// <summary>The script for <c>bash</c>, <c>zsh</c> or <c>fish</c>.</summary>
    public static string For(string shell, RootCommand root) =>
        shell switch
        {
            "fish" => Fish(root),
            "zsh" => Zsh(root),
            _ => Bash(root),
        };

    private static string Bash(RootCommand root) =>
        $$"""
            _{{Program}}() {
                local current=${COMP_WORDS[COMP_CWORD]} words='' verb='' word
                case ${COMP_WORDS[COMP_CWORD - 1]} in
                    {{Pattern(Files(root))}})
                        compopt -o filenames 2>/dev/null
                        mapfile -t COMPREPLY < <(compgen -f -- "$current")
                        return
                        ;;
                    {{Pattern(Values(root))}}) return ;;
                esac
                for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                    case $word in {{Pattern(Names(root))}}) verb=$word && break ;; esac
                done
                case $verb in
            {{Cases(root, "words='", "'")}}
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            }
            complete -F _{{Program}} {{Program}}

            """;

    private static string Zsh(RootCommand root) =>
        $$"""
            #compdef {{Program}}
            _{{Program}}() {
                local verb='' word
                local -a found
                case ${words[CURRENT - 1]} in
                    {{Pattern(Files(root))}}) _files && return ;;
                    {{Pattern(Values(root))}}) return 1 ;;
                esac
                for word in ${words[2,CURRENT - 1]}; do
                    case $word in {{Pattern(Names(root))}}) verb=$word && break ;; esac
                done
                case $verb in
            {{Cases(root, "found=(", ")")}}
                esac
                compadd -- $found
            }
            # The file is either the function, which zsh loads when it is needed, or evaluated at start.
            if [[ ${funcstack[1]} == _{{Program}} ]]; then
                _{{Program}} "$@"
            else
                (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
                compdef _{{Program}} {{Program}}
            fi

            """;

    private static string Fish(RootCommand root)
    {
        List<string> lines = [$"complete -c {Program} -f"];
        foreach (var option in Shown(root))
        {
            // Options of all verbs, or of none.
            var where = option.Recursive ? "" : " -n __fish_use_subcommand";
            lines.Add($"complete -c {Program}{where} {FishOption(option)}");
        }

        foreach (var verb in Verbs(root))
        {
            lines.Add($"complete -c {Program} -n __fish_use_subcommand -a {verb.Name} -d '{Quoted(verb.Description)}'");
            var within = $"complete -c {Program} -n '__fish_seen_subcommand_from {verb.Name}'";
            lines.AddRange(Shown(verb).Select(option => $"{within} {FishOption(option)}"));
            lines.AddRange(Choices(verb).Select(choice => $"{within} -a {choice}"));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string FishOption(Option option) =>
        $"-l {option.Name.TrimStart('-')}{(IsFile(option) ? " -r -F" : TakesValue(option) ? " -x" : "")} -d '{Quoted(option.Description)}'";

    /// <summary>One case for each verb, and one for the command line without a verb.</summary>
    private static string Cases(RootCommand root, string before, string after)
    {
        var recursive = Shown(root).Where(option => option.Recursive).Select(option => option.Name).ToList();
        return string.Join(
            '\n',
            Verbs(root)
                .Select(verb =>
                    (Name: verb.Name, Words: Choices(verb).Concat(Shown(verb).Select(option => option.Name)).Concat(recursive))
                )
                .Prepend((Name: "''", Words: Names(root).Concat(Shown(root).Select(option => option.Name))))
                .Select(line => $"        {line.Name}) {before}{string.Join(' ', line.Words)}{after} ;;")
        );
    }

    private static IEnumerable<string> Names(RootCommand root) => Verbs(root).Select(verb => verb.Name);

    private static IEnumerable<Command> Verbs(RootCommand root) => root.Subcommands.Where(verb => !verb.Hidden);

    private static IEnumerable<string> Choices(Command verb) => verb is { Name: "completion" } ? CompletionVerb.Shells : [];

    private static IEnumerable<Option> Shown(Command verb) => verb.Options.Where(option => !option.Hidden);

    private static IEnumerable<string> Files(RootCommand root) => AllOptions(root).Where(IsFile).Select(option => option.Name);

    private static IEnumerable<string> Values(RootCommand root) =>
        AllOptions(root).Where(option => TakesValue(option) && !IsFile(option)).Select(option => option.Name);

    private static IEnumerable<Option> AllOptions(RootCommand root) =>
        Verbs(root).SelectMany(Shown).Concat(Shown(root)).Distinct();

    private static bool IsFile(Option option) => option.HelpName == "FILE";

    private static bool TakesValue(Option option) => option.HelpName is not null;

    private static string? Quoted(string? text) => text?.Replace("'", @"\'", StringComparison.Ordinal);

    private static string Pattern(IEnumerable<string> words) => string.Join(" | ", words);
}

using System.Collections.Frozen;

namespace SshMqttBridge.Actions;

/// <summary>Validates the names of parameters: names that are variables in every shell, and special in none.</summary>
internal static class ShellVariableName
{
    private const int MaximumLength = 64;

    /// <summary>
    /// Only lower case: variables in capitals are not valid parameters. Sources: zshparam(1) and zshmodules(1), parameters set
    /// or used by the shell; tcsh(1), special shell variables; bash(1), shell variables; fish, special variables. Setting one
    /// of them would change the shell; if setting fails, reading it would return the shell's own value.
    /// </summary>
    private static readonly FrozenSet<string> Reserved = (
        "aliases argv builtins cdpath commands dirstack epochtime errnos fignore fpath funcfiletrace "
        + "funcsourcetrace funcstack functions functrace galiases histchars history historywords jobdirs jobstates "
        + "jobtexts keymaps langinfo mailpath manpath mapfile module_path modules nameddirs options parameters "
        + "patchars path pipestatus prompt prompt2 prompt3 prompt4 psvar reswords saliases signals status sysparams "
        + "termcap terminfo userdirs usergroups watch widgets zsh_eval_context zsh_scheduled_events "
        + "region_highlight auto_resume addsuffix afsuser ampm anyerror autocorrect autoexpand autolist autologout "
        + "autorehash backslash_quote catalog cdtohome color colorcat command compat_expr complete continue "
        + "continue_args correct csubstnonl cwd dextract dirsfile dspmbyte dunique echo echo_style edit editors "
        + "ellipsis euid euser filec gid globdot globstar group highlight histdup histfile histlit home ignoreeof "
        + "implicitcd inputmode killdup killring listflags listjobs listlinks listmax listmaxrows loginsh logout "
        + "mail matchbeep nobeep noclobber noding noglob nokanji nonomatch nostat notify oid owd padhour parseoctal "
        + "printexitvalue promptchars pushdtohome pushdsilent recexact recognize_only_executables rmstar rprompt "
        + "savedirs savehist sched shell shlvl symlinks tcsh term time tperiod tty uid user verbose version vimode "
        + "visiblebell who wordchars fish_pid fish_killring hostname last_pid"
    )
        .Split(' ')
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns what the name must be; null: it is valid.</summary>
    public static string? Validate(string name) =>
        !IsName(name) ? "must be the name of a shell variable: 1 to 64 of a-z, 0-9 and _, the first one a letter"
        : Reserved.Contains(name) || name.StartsWith("dis_", StringComparison.Ordinal)
            ? $"must not be a special variable of a shell (sh, bash, zsh, fish or csh); use another name, for example my_{name}"
        : null;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumLength
        && char.IsAsciiLetterLower(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}

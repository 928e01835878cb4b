namespace SshMqttBridge.Client;

/// <summary>The scripts that complete verbs, servers and actions in a shell.</summary>
internal static class ShellCompletion
{
    private const string Bash = """
        _ssh_mqtt() {
            local current=${COMP_WORDS[COMP_CWORD]} words='' verb='' server='' count=0 i
            for ((i = 1; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in
                    -t | -w | --config) i=$((i + 1)) ;;
                    -*) ;;
                    *)
                        count=$((count + 1))
                        case $count in
                            1) verb=${COMP_WORDS[i]} ;;
                            2) server=${COMP_WORDS[i]} ;;
                        esac
                        ;;
                esac
            done
            case $verb:$count in
                :0) words='run action get put servers actions completion' ;;
                run:1 | action:1 | get:1 | put:1 | actions:1) words=$(ssh-mqtt servers 2>/dev/null </dev/null | cut -d ' ' -f 1) ;;
                action:2) words=$(ssh-mqtt actions "$server" 2>/dev/null </dev/null | cut -d ' ' -f 1) ;;
                completion:1) words='bash zsh fish' ;;
            esac
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        }
        complete -F _ssh_mqtt ssh-mqtt

        """;

    private const string Zsh = """
        #compdef ssh-mqtt
        _ssh-mqtt() {
            local verb='' server='' count=0 i
            local -a found
            for ((i = 2; i < CURRENT; i++)); do
                case ${words[i]} in
                    -t | -w | --config) ((i += 1)) ;;
                    -*) ;;
                    *)
                        ((count += 1))
                        case $count in
                            1) verb=${words[i]} ;;
                            2) server=${words[i]} ;;
                        esac
                        ;;
                esac
            done
            case $verb:$count in
                :0) found=(run action get put servers actions completion) ;;
                run:1 | action:1 | get:1 | put:1 | actions:1) found=(${(f)"$(ssh-mqtt servers 2>/dev/null </dev/null | cut -d ' ' -f 1)"}) ;;
                action:2) found=(${(f)"$(ssh-mqtt actions "$server" 2>/dev/null </dev/null | cut -d ' ' -f 1)"}) ;;
                completion:1) found=(bash zsh fish) ;;
            esac
            compadd -- $found
        }
        # The file is either the function, which zsh loads when it is needed, or evaluated at start.
        if [[ ${funcstack[1]} == _ssh-mqtt ]]; then
            _ssh-mqtt "$@"
        else
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
            compdef _ssh-mqtt ssh-mqtt
        fi

        """;

    private const string Fish = """
        function __ssh_mqtt_words
            set -l operands
            set -l is_value no
            for word in (commandline -opc)[2..]
                if test $is_value = yes
                    set is_value no
                else if contains -- $word -t -w --config
                    set is_value yes
                else if not string match -q -- '-*' $word
                    set -a operands $word
                end
            end
            switch "$operands[1]:"(count $operands)
                case ':0'
                    printf '%s\n' run action get put servers actions completion
                case run:1 action:1 get:1 put:1 actions:1
                    ssh-mqtt servers 2>/dev/null </dev/null | string replace -r ' .*' ''
                case action:2
                    ssh-mqtt actions $operands[2] 2>/dev/null </dev/null | string replace -r ' .*' ''
                case completion:1
                    printf '%s\n' bash zsh fish
            end
        end
        complete -c ssh-mqtt -f -a '(__ssh_mqtt_words)'

        """;

    /// <summary>The script for <c>bash</c>, <c>zsh</c> or <c>fish</c>.</summary>
    public static string For(string shell) =>
        shell switch
        {
            "fish" => Fish,
            "zsh" => Zsh,
            _ => Bash,
        };
}

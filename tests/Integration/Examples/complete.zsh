# Types a line and the tab key into an interactive zsh that loads the completions as a package installs them, and prints the completed line.
#   zsh -f complete.zsh PROGRAM LINE      PROGRAM is SshMqttBridge
zmodload zsh/zpty
work=$(mktemp -d)
mkdir $work/functions
$1 completion zsh >$work/functions/_SshMqttBridge
$1 client completion zsh >$work/functions/_ssh-mqtt
zpty shell "HOME=$work TERM=dumb zsh -f -i"
zpty -w shell "PS1=; setopt no_beep; fpath=($work/functions \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w shell "finish() { print -r -- \"\$BUFFER\" >$work/line; exit }; zle -N finish; bindkey '^T' finish; echo rea''dy"
zpty -r -m shell seen '*ready*'
# The shell reads the keys in their order: the second one when it has completed the line.
zpty -n -w shell $2$'\t\x14'
for ((tries = 0; tries < 300; tries++)); do
    [[ ! -s $work/line ]] || break
    sleep 0.1
done
cat $work/line
zpty -d shell
# Not by a trap: the shell in the terminal would run it, too.
rm -rf $work

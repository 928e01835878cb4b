#!/bin/bash
# Runs as root in a clean Debian, which scripts/test-packages sets up: installs, uses, upgrades, removes and purges the package. /test has the packages:
# previous.deb and current.deb, the same program with a lower and a higher version.
# With systemd as init, the service runs as in real life. Without it, in a chroot, the program runs as the service's user, with the command line and
# environment of the unit.
# shellcheck disable=SC2016 # the commands of other shells
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
unit=/usr/lib/systemd/system/sshmqttbridge.service
configuration=/etc/sshmqttbridge/bridge.yaml
state=/var/lib/sshmqttbridge
passed=0

# check WHAT COMMAND...
check() {
    local what=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "ok: $what"
        passed=$((passed + 1))
    else
        printf 'FAILED: %s\n%s\n' "$what" "$said"
        if has_systemd; then journalctl --no-pager -n 30 -u sshmqttbridge; else cat /test/log; fi
        exit 1
    fi
}

has_systemd() { [ -d /run/systemd/system ]; }

# is TEXT COMMAND...: whether the command prints exactly this.
is() {
    local said
    said=$("${@:2}") || return 1
    [ "$said" = "$1" ] || { printf 'expected: %s\nbut it is: %s\n' "$1" "$said"; return 1; }
}

access() { stat -c '%U:%G %a' "$1"; }
none() { ! "$@" >/dev/null 2>&1; }
as_service() { setpriv --reuid sshmqttbridge --regid sshmqttbridge --init-groups "$@"; }

start() {
    local environment command
    if has_systemd; then
        systemctl start sshmqttbridge
        return
    fi
    mapfile -t environment < <(sed -n 's,^Environment=,,p' $unit | sed 's,%S,/var/lib,')
    read -ra command < <(sed -n 's/^ExecStart=//p' $unit)
    setpriv --reuid sshmqttbridge --regid sshmqttbridge --init-groups env "${environment[@]}" "${command[@]}" >>/test/log 2>&1 </dev/null &
    echo $! >/test/pid
}

stop() {
    if has_systemd; then
        systemctl stop sshmqttbridge
    elif [ -e /test/pid ]; then
        kill "$(cat /test/pid)" && wait "$(cat /test/pid)" && rm /test/pid
    fi
}

restart_without_systemd() { has_systemd || { stop && start; }; }

# becomes TEXT TOPIC: waits until the retained message on the topic is this; empty: there is none.
becomes() { timeout 30 sh -c 'until [ "$(mosquitto_sub -t "$2" -C 1 -W 2 2>/dev/null)" = "$1" ]; do sleep 0.2; done' sh "$@"; }

online() { becomes online ssh/bridge/state; }

# The log of the bridge, at most the messages of warnings and errors.
complaints() { if has_systemd; then journalctl --no-pager -q -u sshmqttbridge -p warning -o cat; else grep -E ' (warn|fail|crit): |^(warning|error): ' /test/log || true; fi; }

history_has() { as_service SshMqttBridge history --config $configuration 2>&1 | grep -q "$1"; }

find_left() { find / -xdev \( -path /test -o -path /proc -o -path /sys -o -path /run -o -path /var/log \) -prune -o -iname '*sshmqtt*' -print -o -iname '*ssh-mqtt*' -print; }

if ! has_systemd; then
    mosquitto -d
    mkdir -p /run/sshd
    /usr/sbin/sshd
fi
useradd --create-home --shell /bin/sh bridge
install -d -o bridge -m 700 /home/bridge/.ssh
ssh-keygen -q -t ed25519 -N '' -f /test/key
install -o bridge -m 600 /test/key.pub /home/bridge/.ssh/authorized_keys

began=$(date +%s%N)
check "installs" dpkg -i /test/previous.deb
check "creates a user without a shell" is /usr/sbin/nologin sh -c 'getent passwd sshmqttbridge | cut -d : -f 7'
check "the folder of the configuration is for root and the service" is "root:sshmqttbridge 750" access /etc/sshmqttbridge
check "so is the configuration" is "root:sshmqttbridge 640" access $configuration
check "the state is for the service alone" is "sshmqttbridge:sshmqttbridge 700" access $state
check "ssh-mqtt is the program" is /usr/bin/SshMqttBridge readlink -f /usr/bin/ssh-mqtt
if has_systemd; then
    check "it is not enabled" none systemctl -q is-enabled sshmqttbridge
    check "it does not run" none systemctl -q is-active sshmqttbridge
fi

# The two lines.
sed -i -e 's/host: 192.0.2.10 /host: localhost /' -e 's/# privateKeyFile:/privateKeyFile:/' $configuration
install -o sshmqttbridge -m 600 /test/key /etc/sshmqttbridge/id_ed25519
check "checks the connections" as_service SshMqttBridge check --connect --config $configuration
if has_systemd; then
    check "can be enabled and started" systemctl -q enable --now sshmqttbridge
else
    # Not by 'check', whose subshell would be its parent.
    start
fi
check "is online" online
check "runs a command" is bridge ssh-mqtt run -n example 'id -un'
echo "from dpkg -i to the first command: $((($(date +%s%N) - began) / 1000000)) ms"
check "copies a file" sh -c "install -o sshmqttbridge -m 600 /etc/hostname $state/files/note && ssh-mqtt put example note note && ssh-mqtt get example /home/bridge/note back && cmp $state/files/back /home/bridge/note"
check "has its journal in its folder" is "sshmqttbridge:sshmqttbridge 600" access $state/state/journal.db
check "complains of nothing" is "" complaints
check "history finds the command" history_has 'id -un'
if has_systemd; then
    check "systemd can reload it" sh -c 'systemctl show -p CanReload sshmqttbridge | grep -q yes'
    printf 'logLevel: debug\n' >>$configuration
    check "is told to" systemctl reload sshmqttbridge
    check "reloads it" timeout 30 sh -c 'until journalctl --no-pager -q -u sshmqttbridge -o cat | grep -q "Configuration reloaded; other settings: logLevel"; do sleep 0.2; done'
    check "shows its state in systemctl status" timeout 30 sh -c 'until systemctl show -p StatusText sshmqttbridge | grep -q "1 of 1 servers online"; do sleep 0.2; done'
    systemd-analyze security --no-pager sshmqttbridge 2>/dev/null | tail -n 1 || true

    # A change of 'group' stops all services, which takes shutdownTimeout with this command, and starts them again. The watchdog is shorter.
    override=/run/systemd/system/sshmqttbridge.service.d/watchdog.conf
    mkdir "$(dirname "$override")"
    printf '[Service]\nWatchdogSec=2\n' >"$override"
    systemctl daemon-reload
    systemctl restart sshmqttbridge
    check "is online with a short watchdog" online
    before=$(systemctl show -p MainPID sshmqttbridge)
    mosquitto_pub -t ssh/example/exec/600/set -m '{"command":"sleep 600","id":"long"}'
    check "runs a long command" becomes '{"running":"long","queued":0}' ssh/example/queue
    printf 'group: {instance: first}\n' >>$configuration
    check "is told to join a group" systemctl reload sshmqttbridge
    check "leads it" becomes leader ssh/bridge/instances/first
    check "runs a command as a leader" is bridge ssh-mqtt run -n example 'id -un'
    sed -i '/^group: /d' $configuration
    check "is told to leave it" systemctl reload sshmqttbridge
    check "is alone again" becomes '' ssh/bridge/instances/first
    check "runs a command alone" is bridge ssh-mqtt run -n example 'id -un'
    check "in the same process" is "$before" systemctl show -p MainPID sshmqttbridge
    rm -r "$(dirname "$override")"
    systemctl daemon-reload
fi

before=
! has_systemd || before=$(systemctl show -p MainPID sshmqttbridge)
check "upgrades without a question" dpkg -i /test/current.deb
check "has the new version" is "$(cat /test/version)" dpkg-query -W -f '${Version}' sshmqttbridge
check "keeps the changed configuration" grep -q 'host: localhost ' $configuration
check "keeps its modes" is "root:sshmqttbridge 640" access $configuration
restart_without_systemd
if has_systemd; then
    check "runs after the upgrade" systemctl -q is-active sshmqttbridge
    check "in a new process" none test "$before" = "$(systemctl show -p MainPID sshmqttbridge)"
    check "and still at boot" systemctl -q is-enabled sshmqttbridge
fi
check "is online again" online
check "still has its journal" history_has 'id -un'
check "runs a command again" is 2 ssh-mqtt run -n example 'echo $((1 + 1))'

check "goes back to the previous version" dpkg -i --force-downgrade /test/previous.deb
restart_without_systemd
check "is online in the previous version" online
check "has its journal there, too" history_has 'echo'

has_systemd || stop
check "is removed" dpkg -r sshmqttbridge
check "stops then" none pgrep -x SshMqttBridge
check "leaves no program" none test -e /usr/bin/SshMqttBridge
check "keeps state and configuration" test -e $state/state/journal.db -a -e $configuration
check "installs again" dpkg -i /test/current.deb
start
check "continues as before" online
check "with its journal" history_has 'id -un'
has_systemd || stop
check "is purged" dpkg -P sshmqttbridge
check "leaves no file" is "" find_left
check "leaves no user" none getent passwd sshmqttbridge
check "leaves no group" none getent group sshmqttbridge
! has_systemd || check "leaves no unit" none systemctl cat sshmqttbridge

echo "$passed checks passed"

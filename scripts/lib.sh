# Sourced by the scripts beside it: what several of them need. Bash.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$(basename "$0"): $*"
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "not root and no sudo here; as root, run: $*"
    fi
}

need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"
    (cd "$root" && dotnet --version >/dev/null) || die "the .NET SDK is too old: global.json says which one is needed"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# need_debian_packages NAME...: installs those that are missing. Elsewhere than on Debian and its like, only looks whether what they hold is there.
need_debian_packages() {
    local package missing=()
    if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
        for package in "$@"; do
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
        done
        [ ${#missing[@]} -eq 0 ] || install_debian_packages "${missing[@]}"
    else
        for package in "$@"; do
            has_what_is_in "$package" || missing+=("$(what_is_in "$package")")
        done
        [ ${#missing[@]} -eq 0 ] || die "please install, with what your system has for it: ${missing[*]}"
    fi
}

what_is_in() {
    case $1 in
        libssh-4) echo libssh.so.4 ;;
        libmosquitto1) echo libmosquitto.so.1 ;;
        mosquitto-clients) echo mosquitto_pub ;;
        openssh-server) echo sshd ;;
        openssh-client) echo scp ;;
        dropbear-bin) echo dropbear ;;
        iproute2) echo ss ;;
        *) echo "$1" ;;
    esac
}

has_what_is_in() {
    local what
    what=$(what_is_in "$1")
    case $what in
        *.so.*) PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -qF "$what" ;;
        *) PATH=$PATH:/sbin:/usr/sbin command -v "$what" >/dev/null ;;
    esac
}

# Servers are installed as programs only: they are neither started nor made to start with the machine.
install_debian_packages() (
    policy=/usr/sbin/policy-rc.d
    say "installing: $*"
    if [ ! -e $policy ]; then
        trap 'as_root rm -f $policy' EXIT
        as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    fi
    as_root apt-get update -q </dev/null >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" </dev/null >&2 || die "apt-get could not install: $*"
    if command -v systemctl >/dev/null; then
        for package in "$@"; do
            case $package in
                mosquitto) as_root systemctl --quiet disable mosquitto.service 2>/dev/null || true ;;
                nginx) as_root systemctl --quiet disable nginx.service 2>/dev/null || true ;;
                caddy) as_root systemctl --quiet disable caddy.service 2>/dev/null || true ;;
                cron) as_root systemctl --quiet disable cron.service 2>/dev/null || true ;;
                openssh-server) as_root systemctl --quiet disable ssh.service ssh.socket 2>/dev/null || true ;;
            esac
        done
    fi
)

# Node.js with npm, wherever it comes from; on Debian and its like it is installed. False where there is none.
has_node() {
    if ! { command -v node && command -v npm; } >/dev/null && command -v apt-get >/dev/null; then
        need_debian_packages nodejs npm
    fi
    { command -v node && command -v npm; } >/dev/null
}

# install_npm_packages FOLDER: what its package-lock.json says, into its node_modules, unless it is there. False where that cannot be.
install_npm_packages() {
    local stamp=$1/node_modules/.package-lock.json
    [ ! "$stamp" -nt "$1/package-lock.json" ] || return 0
    has_node || { say "$1: there is no node and no npm here"; return 1; }
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2) || { say "$1: npm could not install its packages"; return 1; }
}

# Of a private sshd; Debian's own start script would make it.
need_sshd_folder() {
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
}

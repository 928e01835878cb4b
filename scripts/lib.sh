# Functions shared by the scripts in this directory, which source this file. Bash.

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
        die "not root, and no sudo; run as root: $*"
    fi
}

need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"
    (cd "$root" && dotnet --version >/dev/null) || die "the .NET SDK is too old: see global.json for the required version"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# need_debian_packages NAME...: installs missing packages. On systems not based on Debian, only checks that their programs or libraries exist.
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
        [ ${#missing[@]} -eq 0 ] || die "please install, with your system's package manager: ${missing[*]}"
    fi
}

what_is_in() {
    case $1 in
        libssh-4) echo libssh.so.4 ;;
        mosquitto-clients) echo mosquitto_pub ;;
        openssh-server) echo sshd ;;
        openssh-client) echo scp ;;
        docker.io) echo dockerd ;;
        kubernetes-client) echo kubectl ;;
        dropbear-bin) echo dropbear ;;
        iproute2) echo ss ;;
        lld) echo ld.lld ;;
        llvm) echo llvm-objcopy ;;
        gcc-aarch64-linux-gnu) echo aarch64-linux-gnu-gcc ;;
        gcc-x86-64-linux-gnu) echo x86_64-linux-gnu-gcc ;;
        libc6-dev-arm64-cross) echo /usr/aarch64-linux-gnu/lib/Scrt1.o ;;
        libc6-dev-amd64-cross) echo /usr/x86_64-linux-gnu/lib/Scrt1.o ;;
        etcd-server) echo etcd ;;
        libsqlite3-dev) echo libsqlite3.a ;;
        *) echo "$1" ;;
    esac
}

has_what_is_in() {
    local what
    what=$(what_is_in "$1")
    case $what in
        /*) [ -e "$what" ] ;;
        *.a) [ -n "$(find /usr/lib /usr/lib64 /usr/local/lib -name "$what" -print -quit 2>/dev/null)" ] ;;
        *.so.*) PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -qF "$what" ;;
        *) PATH=$PATH:/sbin:/usr/sbin command -v "$what" >/dev/null ;;
    esac
}

# Installs servers without starting them or enabling them at boot.
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
                nats-server) as_root systemctl --quiet disable nats-server.service 2>/dev/null || true ;;
                etcd-server) as_root systemctl --quiet disable etcd.service 2>/dev/null || true ;;
                docker.io) as_root systemctl --quiet disable docker.service docker.socket containerd.service 2>/dev/null || true ;;
                cron) as_root systemctl --quiet disable cron.service 2>/dev/null || true ;;
                openssh-server) as_root systemctl --quiet disable ssh.service ssh.socket 2>/dev/null || true ;;
            esac
        done
    fi
)

# Succeeds if Node.js and npm are available, from any source; installs them on systems based on Debian.
has_node() {
    if ! { command -v node && command -v npm; } >/dev/null && command -v apt-get >/dev/null; then
        need_debian_packages nodejs npm
    fi
    { command -v node && command -v npm; } >/dev/null
}

# install_npm_packages FOLDER: installs the packages of its package-lock.json into its node_modules, unless they are up to date. Fails if this is not possible.
install_npm_packages() {
    local stamp=$1/node_modules/.package-lock.json
    [ ! "$stamp" -nt "$1/package-lock.json" ] || return 0
    has_node || { say "$1: node and npm are not installed"; return 1; }
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2) || { say "$1: npm could not install its packages"; return 1; }
}

# Creates the directory that a private sshd needs; normally Debian's service creates it.
need_sshd_folder() {
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
}

# The .NET runtime identifier of this machine.
this_target() {
    case $(uname -m) in
        x86_64) echo linux-x64 ;;
        aarch64) echo linux-arm64 ;;
        *) die "the program supports only x86_64 and aarch64; this machine is $(uname -m)" ;;
    esac
}

other_target() { if [ "$(this_target)" = linux-x64 ]; then echo linux-arm64; else echo linux-x64; fi; }

# The executable that 'build_program' creates for this machine.
program() { echo "$root/artifacts/$(this_target)/SshMqttBridge"; }

# need_program: builds the program for this machine. This takes only a few seconds if nothing has changed.
need_program() {
    need_debian_packages clang lld llvm libsqlite3-dev
    build_program "$(this_target)"
}

# build_program TARGET: builds artifacts/TARGET/SshMqttBridge.
build_program() {
    local target=$1 file=$root/artifacts/$1/SshMqttBridge made=$root/artifacts/obj/$1/SshMqttBridge options=() begun
    case $target in
        linux-x64 | linux-arm64) ;;
        *) die "unknown target '$target'. Valid: linux-x64 linux-arm64" ;;
    esac
    if [ "$target" != "$(this_target)" ]; then
        need_cross_compiler "$target"
        options=(-p:LinkerFlavor=lld -p:ObjCopyName=llvm-objcopy "-p:SqliteArchive=$root/artifacts/lib/$target/libsqlite3.a")
    fi
    say "building $target"
    begun=$(date +%s.%N)
    # 'dotnet build' runs the analyzers. The AOT compiler itself detects code that trimming and AOT would break, also in packages.
    dotnet publish "$root/src/SshMqttBridge" -c Release -r "$target" -o "${made%/*}" "${options[@]}" -p:RunAnalyzers=false --nologo -v quiet </dev/null >&2 ||
        die "the build for $target failed"
    [ "$(elf_machine "$made")" = "$target" ] || die "$made is not for $target"
    # Replace the file by renaming, because it may be running.
    mkdir -p "${file%/*}"
    cmp -s "$made" "$file" || { cp "$made" "$file.new" && mv -f "$file.new" "$file"; }
    # The tests compare its time with that of the source: set it to the start of the build, even if nothing had to be built.
    touch -d "@$begun" "$file"
    say "$file, $(du -h --apparent-size "$file" | cut -f1)"
}

need_cross_compiler() {
    case $1 in
        linux-x64) need_debian_packages gcc-x86-64-linux-gnu libc6-dev-amd64-cross ;;
        linux-arm64) need_debian_packages gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
    esac
    [ -e "$root/artifacts/lib/$1/libsqlite3.a" ] || fetch_static_sqlite "$1"
}

# fetch_static_sqlite TARGET: downloads the static SQLite library of another architecture.
fetch_static_sqlite() (
    library=$root/artifacts/lib/$1/libsqlite3.a
    command -v apt-get >/dev/null || die "please copy SQLite's static library for $(debian_architecture "$1") to $library"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    say "fetching SQLite's static library for $1"
    download_debian_packages "$1" "$work" libsqlite3-dev || die "please copy SQLite's static library for $1 to $library"
    dpkg-deb -x "$work"/libsqlite3-dev_*.deb "$work/files"
    mkdir -p "${library%/*}"
    mv "$work"/files/usr/lib/*/libsqlite3.a "$library"
)

# The name that Debian gives to the processor of a target.
debian_architecture() {
    case $1 in
        linux-x64) echo amd64 ;;
        linux-arm64) echo arm64 ;;
    esac
}

# download_debian_packages TARGET FOLDER NAME...: downloads packages for a target from this system's package sources, without installing them and without
# changing the system's package lists. Of names with a bar between them, NEW|OLD, it takes the first one that exists.
download_debian_packages() (
    architecture=$(debian_architecture "$1")
    folder=$2
    shift 2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    chmod 755 "$work"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$folder"
    apt=(-q -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
    apt-get "${apt[@]}" update </dev/null >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    names=()
    for name in "$@"; do
        case $name in
            *'|'*)
                ! apt-cache "${apt[@]}" show "${name%|*}" >/dev/null 2>&1 || name=${name%|*}
                names+=("${name#*|}")
                ;;
            *) names+=("$name") ;;
        esac
    done
    (cd "$folder" && apt-get "${apt[@]}" download "${names[@]}") </dev/null >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        say "not available for $architecture: ${names[*]}"
        exit 1
    }
)

# dockerfile_settings: prints the Dockerfile's instructions for running its last stage, one per line.
dockerfile_settings() {
    awk '
        /^[[:space:]]*#/ { next }
        { line = line $0 }
        line ~ /\\$/ { sub(/\\$/, " ", line); next }
        { print line; line = "" }
    ' "$root/Dockerfile" | awk '
        toupper($1) == "FROM" { count = 0; next }
        toupper($1) ~ /^(CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|STOPSIGNAL|USER|VOLUME|WORKDIR)$/ { lines[count++] = $0 }
        END { for (i = 0; i < count; i++) print lines[i] }
    '
}

# elf_machine FILE: prints the target of an executable, according to its header.
elf_machine() {
    case $(od -An -t u2 -j 18 -N 2 "$1" | tr -d ' ') in
        62) echo linux-x64 ;;
        183) echo linux-arm64 ;;
        *) echo another ;;
    esac
}

#!/usr/bin/env bash
# Runs as root in its own network: a broker, an SSH server, and the program of an unpacked image, natively or under qemu. Ends with 0 if a command succeeds.
#   image.sh IMAGE TARGET WORK
set -euo pipefail
image=$1 target=$2 work=$3
case $target:$(uname -m) in
    linux-x64:x86_64 | linux-arm64:aarch64) run=(chroot --userspec=1654:1654 "$image" /app/SshMqttBridge) ;;
    # Without binfmt_misc, a chroot cannot start programs of another processor; qemu takes the libraries from the image.
    linux-arm64:*) run=(qemu-aarch64-static -L "$image" "$image/app/SshMqttBridge") ;;
    linux-x64:*) run=(qemu-x86_64-static -L "$image" "$image/app/SshMqttBridge") ;;
esac
ip link set lo up
# As a container engine does. The namespace of mounts ends with this script.
mount --bind /dev "$image/dev"
mount -t proc proc "$image/proc"
mkdir -p "$work/run-$target"
printf '%s\n' 'listener 18830 127.0.0.1' 'allow_anonymous true' >"$work/run-$target/mosquitto.conf"
mosquitto -c "$work/run-$target/mosquitto.conf" >"$work/run-$target/mosquitto.log" 2>&1 &
ssh-keygen -q -t ed25519 -N '' -f "$work/run-$target/host"
cp "$work/key.pub" "$work/run-$target/authorized"
/usr/sbin/sshd -D -f /dev/null -p 22220 -o ListenAddress=127.0.0.1 -h "$work/run-$target/host" -o AuthorizedKeysFile="$work/run-$target/authorized" \
    -o StrictModes=no -o PermitRootLogin=yes -o PidFile=none >"$work/run-$target/sshd.log" 2>&1 &
configuration=/config/bridge.yaml
if [ "${run[0]}" = chroot ]; then
    export SSHMQTT__STATEDIRECTORY=/state SSHMQTT__FILES__BASEDIRECTORY=/files
else
    configuration=$image/config/bridge.yaml
    export SSHMQTT__STATEDIRECTORY=$image/state SSHMQTT__FILES__BASEDIRECTORY=$image/files SSHMQTT__SERVERS__NAS__PRIVATEKEYFILE=$image/config/key
fi
"${run[@]}" run --config "$configuration" >"$work/run-$target/log" 2>&1 &
for ((tries = 0; tries < 300; tries++)); do
    [ "$(mosquitto_sub -h 127.0.0.1 -p 18830 -t ssh/nas/connection -C 1 -W 1 2>/dev/null || true)" != online ] || break
    sleep 0.2
done
said=$(mosquitto_rr -h 127.0.0.1 -p 18830 -V 5 -t ssh/nas/exec/set -e ssh/reply/test -m 'echo "it works"' -W 60) || true
if [[ $said != *'"status":"succeeded"'*'it works'* && $said != *'it works'*'"status":"succeeded"'* ]] || ! "${run[@]}" health --config "$configuration"; then
    printf '%s\n' "$said"
    cat "$work/run-$target/log" "$work/run-$target/sshd.log"
    exit 1
fi

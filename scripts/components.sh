# Functions about what the program contains, for scripts that source lib.sh and then this file. Bash. They read which packages the last build used.

assets=$root/src/SshMqttBridge/obj/project.assets.json
# shellcheck disable=SC2034 # for the scripts
vendor=$root/src/SshMqttBridge/WebConsole/wwwroot/vendor

need_components() {
    command -v jq >/dev/null || need_debian_packages jq
    [ -e "$assets" ] || die "there is no build; run scripts/build first"
}

# element NAME FILE: prints an element of a package's description.
element() { sed -nE "s,.*<$1( [^>]*)?>(.*)</$1>.*,\2,p" "$2" | head -n 1 | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'; }

# packages: prints name and version of each package whose assemblies are in the program. Analyzers and the compiler have none.
packages() {
    jq -r '.targets | to_entries[0].value | to_entries[] | select((.value.runtime // {}) | keys | any(endswith("_._") | not)) | .key | sub("/"; " ")' "$assets" |
        LC_ALL=C sort -f
}

# folder_of NAME VERSION: prints the folder of a restored package.
folder_of() {
    local folder
    while read -r folder; do
        folder=$folder/${1,,}/${2,,}
        [ ! -d "$folder" ] || { echo "$folder"; return; }
    done < <(jq -r '.packageFolders | keys[]' "$assets")
    die "$1 $2 is not among the restored packages"
}

# runtime_packs: prints name and version of the packs of .NET from which the native program was compiled.
runtime_packs() {
    jq -r '[.project.frameworks[].downloadDependencies[]?] | unique[] | .name + " " + (.version | gsub("[\\[\\]]|,.*"; ""))' "$assets" |
        grep -E '^(Microsoft.NETCore.App.Runtime.NativeAOT|Microsoft.AspNetCore.App.Runtime)\.' | LC_ALL=C sort -r
}

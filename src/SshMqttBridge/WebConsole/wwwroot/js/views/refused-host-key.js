import { html } from "../html.js";
import { show } from "../model/store.js";
import { CommandLine } from "./command-line.js";
import { Fingerprints } from "./fingerprints.js";
import { Icon } from "./icon.js";

/** The fingerprints of a refused host key, how to compare them, and how to accept the key. */
export function RefusedHostKey({ server }) {
  const { hostKey } = server;
  const { presented, remedy } = hostKey;
  return html`
    <${Fingerprints} hostKey=${hostKey} />
    ${remedy !== "knownHostsFile" &&
    html`<p>
        Either the server has a new key, or someone intercepts the connection. To compare, print the fingerprint on the server itself,
        not over this connection:
      </p>
      <${CommandLine} text=${`ssh-keygen -lf ${fileOf(presented)}`} />`}
    ${remedy === "trust" && html`<${Accept} server=${server} />`}
    <${Remedy} server=${server} />
  `;
}

function Accept({ server }) {
  if (server.trustRefusal) return html`<p>${server.trustRefusal}</p>`;
  return html`<p>
    <button onClick=${() => show({ kind: "trust", server, hostKey: server.hostKey })}>
      <${Icon} name="lock-open" />Accept the presented key …
    </button>
  </p>`;
}

function Remedy({ server: { trustRefusal, hostKey } }) {
  const { presented, remedy, command } = hostKey;
  if (remedy === "trust") {
    return html`<p>
        ${trustRefusal ? "If it is the presented one, run" : "Or run"} this on the machine of the bridge, as the user of the bridge,
        with its <code>--config</code>. It fetches the key again and prints its fingerprint; compare that one too. The bridge does not have to be restarted.
      </p>
      <${CommandLine} text=${command} />`;
  }
  if (remedy === "configuration") {
    return html`<p>
        If it is the presented one, set <code>hostKey</code> of this server in the configuration to this fingerprint, and restart the
        bridge:
      </p>
      <${CommandLine} text=${presented.split(" ")[1]} />`;
  }
  return html`<p>The key cannot be accepted here. Correct the file <code>known_hosts</code> in the state directory of the bridge.</p>`;
}

/** Where OpenSSH keeps a host key of this type by default. */
function fileOf(presented) {
  const type = /^ssh-rsa|^rsa/.test(presented) ? "rsa" : /^ecdsa/.test(presented) ? "ecdsa" : "ed25519";
  return `/etc/ssh/ssh_host_${type}_key.pub`;
}

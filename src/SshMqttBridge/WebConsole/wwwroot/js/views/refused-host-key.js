import { html } from "../html.js";
import { CommandLine } from "./command-line.js";

/** The fingerprints of a refused host key, how to compare them, and how to accept the key. */
export function RefusedHostKey({ server: { hostKey } }) {
  const { expected, presented, remedy } = hostKey;
  return html`
    <dl class="fingerprints">
      <dt>Expected</dt>
      <dd><code>${expected ?? "no key"}</code></dd>
      <dt>Presented</dt>
      <dd><code>${presented}</code></dd>
    </dl>
    ${remedy !== "knownHostsFile" &&
    html`<p>
        Either the server has a new key, or someone intercepts the connection. To compare, print the fingerprint on the server itself,
        not over this connection:
      </p>
      <${CommandLine} text=${`ssh-keygen -lf ${fileOf(presented)}`} />`}
    <${Remedy} hostKey=${hostKey} />
  `;
}

function Remedy({ hostKey: { presented, remedy, command } }) {
  if (remedy === "trust") {
    return html`<p>
        If it is the presented one, run this on the machine of the bridge, as the user of the bridge, with its <code>--config</code>.
        It fetches the key again and prints its fingerprint; compare that one too. The bridge does not have to be restarted.
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
  return html`<p>Correct the file <code>known_hosts</code> in the state directory of the bridge.</p>`;
}

/** Where OpenSSH keeps a host key of this type by default. */
function fileOf(presented) {
  const type = /^ssh-rsa|^rsa/.test(presented) ? "rsa" : /^ecdsa/.test(presented) ? "ecdsa" : "ed25519";
  return `/etc/ssh/ssh_host_${type}_key.pub`;
}

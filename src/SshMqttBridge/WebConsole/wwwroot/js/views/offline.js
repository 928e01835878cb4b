import { html } from "../html.js";
import { connectionOf, isKnown } from "../model/connection.js";
import { CommandLine } from "./command-line.js";
import { Icon } from "./icon.js";
import { RefusedHostKey } from "./refused-host-key.js";

/** Why the server is offline and what the user can do; nothing while it is online or its state is unknown. */
export function Offline({ server }) {
  const state = connectionOf(server);
  const { words, hint, message, isTrouble } = state;
  if (state.isOnline || !isKnown() || (!isTrouble && !message && !hint)) return null;
  // Its content may be taller than its place, so the keyboard must be able to scroll it.
  return html`<section class=${`why-offline ${isTrouble ? "trouble" : ""}`} aria-label="Why the server is offline" tabindex="0">
    <p>
      ${isTrouble && html`<${Icon} name="alert-circle-outline" />`} <b>${capital(words)}.</b> ${hint}
    </p>
    ${message && !hasKeys(server) && html`<p class="message">${message}</p>`}
    <${Advice} server=${server} isTrouble=${isTrouble} />
  </section>`;
}

/** The keys and the remedy are shown instead of the message, which has the same in one paragraph. */
const hasKeys = ({ reason, hostKey }) => reason === "hostKey" && hostKey && hostKey.remedy !== "knownHostsFile";

function Advice({ server, isTrouble }) {
  if (!isTrouble) return null;
  const { reason, user, host, port, hostKey, onDemand } = server;
  const again = onDemand ? "The bridge tries again when there is a command." : "The bridge tries again by itself.";
  if (reason === "hostKey") return hostKey && html`<${RefusedHostKey} server=${server} />`;
  if (reason === "authentication") {
    return html`<p>
      Check the user <code>${user}</code> and the key or password in the configuration, and the log of the SSH server. ${again} It
      waits longer after each refusal, so that the server does not lock the account.
    </p>`;
  }
  if (reason === "connect") {
    return html`<p>
        Check that the server is switched on, and that it answers on port ${port}. ${again} To try it on the machine of the bridge:
      </p>
      <${CommandLine} text=${`nc -vz ${quoted(host)} ${port}`} />`;
  }
  return html`<p>${again}</p>`;
}

const quoted = (word) => (/^[\w.:%-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

const capital = (words) => words[0].toUpperCase() + words.slice(1);

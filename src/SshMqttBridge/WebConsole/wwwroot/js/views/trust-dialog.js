import { html } from "../html.js";
import { announce } from "../announce.js";
import { trust } from "../model/commands.js";
import { FormDialog } from "./dialog.js";
import { Fingerprints } from "./fingerprints.js";

/** Accepts the host key that is shown here, after a confirmation. hostKey is the one of the time when the dialog was opened. */
export function TrustDialog({ server, hostKey }) {
  const does = async () => {
    await trust(server, hostKey.presented.split(" ")[1]);
    announce(`Host key of ${server.id} accepted. The bridge connects.`);
  };
  return html`<${FormDialog} title=${`Accept the host key of ${server.id}`} verb="Accept" icon="lock-open" does=${does}>
    <${Fingerprints} hostKey=${hostKey} />
    <p class="confirm">
      If someone intercepts the connection, that one will receive the passwords, the commands and their input. The bridge will refuse
      all other keys of this server.
    </p>
    <label class="check">
      <input type="checkbox" required autofocus />I have compared the presented fingerprint with the one on the server
    </label>
  <//>`;
}

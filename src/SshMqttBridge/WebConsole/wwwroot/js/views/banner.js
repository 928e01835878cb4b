import { html } from "../html.js";
import { store } from "../model/store.js";
import { Icon } from "./icon.js";

/** What stands between the page and the servers, if anything does. */
export function Banner() {
  if (store.link === "lost") {
    // No icon: it could not be fetched now.
    return html`<div class="banner bad" role="alert">
      <i class="spinner" aria-hidden="true"></i>
      <span><b>The connection to the bridge is lost.</b> Trying again by itself; what is shown may be out of date.</span>
    </div>`;
  }
  if (store.link === "back") {
    return html`<div class="banner good" role="status">
      <${Icon} name="check-circle-outline" /><span>The bridge was restarted. Everything is shown anew.</span>
    </div>`;
  }
  if (store.bridge?.broker === "offline") {
    return html`<div class="banner warn" role="status">
      <${Icon} name="alert-circle-outline" />
      <span><b>The MQTT broker is not connected.</b> Commands of this page run all the same; others do not arrive.</span>
    </div>`;
  }
  return null;
}

import { html } from "../html.js";
import { store } from "../model/store.js";
import { Icon } from "./icon.js";

/** A message about the connection to the bridge or the broker, if any. */
export function Banner() {
  if (store.link === "lost") {
    // No icon: it cannot be loaded now.
    return html`<div class="banner bad" role="alert">
      <i class="spinner" aria-hidden="true"></i>
      <span><b>Connection to the bridge lost.</b> Reconnecting; the page may be out of date.</span>
    </div>`;
  }
  if (store.link === "back") {
    return html`<div class="banner good" role="status">
      <${Icon} name="check-circle-outline" /><span>The bridge was restarted. The page has been reloaded.</span>
    </div>`;
  }
  if (store.bridge?.broker === "offline") {
    return html`<div class="banner warn" role="status">
      <${Icon} name="alert-circle-outline" />
      <span><b>The bridge is not connected to the MQTT broker.</b> Commands from this page still run.</span>
    </div>`;
  }
  return null;
}

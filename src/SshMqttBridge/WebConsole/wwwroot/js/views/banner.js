import { html } from "../html.js";
import { brokerState, store } from "../model/store.js";
import { Icon } from "./icon.js";

/** A message about the connection to the bridge or the broker, or the bridge's group, if any. */
export function Banner() {
  if (store.link === "lost") {
    // No icon: it cannot be loaded now.
    return html`<div class="banner bad" role="alert">
      <i class="spinner" aria-hidden="true"></i>
      <span><b>Connection to the bridge lost.</b> Reconnecting; the page may be out of date.</span>
    </div>`;
  }
  if (store.group && !store.group.isLeader) return html`<${Standby} group=${store.group} />`;
  if (store.link === "back") {
    return html`<div class="banner good" role="status">
      <${Icon} name="check-circle-outline" /><span>The bridge was restarted. The page has been reloaded.</span>
    </div>`;
  }
  if (brokerState() === "offline") {
    const words = store.group ? "Commands wait until it is connected again." : "Commands from this page still run.";
    return html`<${Warning} title="The bridge is not connected to the MQTT broker." words=${words} />`;
  }
  return null;
}

function Standby({ group: { broker, leader } }) {
  if (broker === "offline") {
    return html`<${Warning}
      title="Standing by: this bridge is not connected to the MQTT broker."
      words="It rejects commands until it leads its group."
    />`;
  }
  if (leader === null) {
    return html`<${Warning} title="Standing by: no instance leads the group." words="Commands are rejected until one does." />`;
  }
  return html`<${Warning} title=${`Standing by: ${leader} leads the group.`} words="Commands run there, and are rejected here." />`;
}

const Warning = ({ title, words }) => html`<div class="banner warn" role="status">
  <${Icon} name="alert-circle-outline" /><span><b>${title}</b> ${words}</span>
</div>`;

import { html } from "../html.js";
import { time } from "../format.js";
import { store } from "../model/store.js";

const maximumOthers = 8;

/** The bridge's group: this instance, the leader, and the other instances; nothing if the bridge is alone. */
export function Group() {
  const { group } = store;
  if (!group) return null;
  const { instance, isLeader, others } = group;
  // The offline ones last: some may be gone for good.
  const sorted = [...others.filter(({ state }) => state !== "offline"), ...others.filter(({ state }) => state === "offline")];
  const shown = sorted.slice(0, maximumOthers);
  return html`<section class="group" aria-label="Group">
    <span class="self">This bridge: <${Instance} instance=${instance} state=${isLeader ? "leader" : "standby"} /></span>
    <span class="who-leads"><${Leader} group=${group} /></span>
    ${shown.length > 0 &&
    html`<ul aria-label="Other instances">
      ${shown.map((other) => html`<li key=${other.instance}><${Instance} ...${other} /></li>`)}
      ${sorted.length > shown.length && html`<li>${`and ${sorted.length - shown.length} more`}</li>`}
    </ul>`}
  </section>`;
}

const Instance = ({ instance, state }) => html`<span class="instance">
  <i class=${`dot ${state}`} aria-hidden="true"></i><b>${instance}</b> ${state}
</span>`;

function Leader({ group: { leader, since, broker } }) {
  if (leader !== null) return html`Leader: <b>${leader}</b>${since && ` since ${time(since)}`}`;
  return broker === "online" ? "Leader: none" : "Leader: unknown";
}

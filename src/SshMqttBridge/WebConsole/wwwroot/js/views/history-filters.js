import { html } from "../html.js";
import { store } from "../model/store.js";
import { statuses } from "../outcome.js";

export const origins = [
  { scheduled: "false", words: "without scheduled runs" },
  { scheduled: "true", words: "only scheduled runs" },
  { scheduled: "", words: "with scheduled runs" },
];

/** The filters of the history; change(what) gets the changed ones. */
export function HistoryFilters({ server, filters: { scheduled, action, status, failuresFirst, everywhere }, change }) {
  return html`
    <select aria-label="Scheduled runs" value=${scheduled} onChange=${({ target }) => change({ scheduled: target.value })}>
      ${origins.map((origin) => html`<option value=${origin.scheduled}>${origin.words}</option>`)}
    </select>
    <select aria-label="Action" value=${action} onChange=${({ target }) => change({ action: target.value })}>
      <option value="">any command</option>
      ${actionsOf(server, everywhere).map(([name, title]) => html`<option value=${name}>${title}</option>`)}
    </select>
    <select aria-label="Status" value=${status} onChange=${({ target }) => change({ status: target.value })}>
      <option value="">any status</option>
      ${statuses.map((item) => html`<option value=${item.status}>${item.word}</option>`)}
    </select>
    <${Check} words="failures first" name="failuresFirst" value=${failuresFirst} change=${change} disabled=${status !== ""} />
    <${Check} words="all servers" name="everywhere" value=${everywhere} change=${change} />
  `;
}

const Check = ({ words, name, value, change, disabled }) => html`<label class="check">
  <input
    type="checkbox"
    checked=${value}
    disabled=${disabled}
    onChange=${({ target }) => change({ [name]: target.checked })}
  />${words}
</label>`;

/** The names and titles of the actions of one or all servers, sorted by title. */
function actionsOf(server, everywhere) {
  const servers = everywhere ? [...store.servers.values()] : [server];
  const titles = new Map(servers.flatMap(({ actions }) => actions).map(({ name, title }) => [name, title ?? name]));
  return [...titles].sort(([, a], [, b]) => a.localeCompare(b));
}

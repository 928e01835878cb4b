import { html } from "../html.js";
import { explanation, facts, outcome } from "../outcome.js";
import { addressOf } from "../route.js";
import { closeDialog } from "./dialog.js";
import { Icon } from "./icon.js";

// The server's page shows all of it.
const maximumOutput = 10_000;

/** The results of one command on several servers: [{server, id, refusal}], side by side. */
export const ManyResults = ({ runs }) => html`<ul class="many">
  ${runs.map((run) => html`<${One} key=${run.server.id} run=${run} />`)}
</ul>`;

/** The result; null: there is none yet. */
export const resultOf = ({ server, id }) => entryOf(server, id)?.result ?? null;

// Only of a command that was sent.
const entryOf = (server, id) => (id === null ? undefined : server.find(id));

function One({ run: { server, id, refusal } }) {
  const entry = entryOf(server, id);
  const output = entry?.output.text.slice(0, maximumOutput) ?? "";
  return html`<li aria-label=${server.id}>
    <div class="name">
      <a href=${addressOf(server.id)} onClick=${closeDialog}><b>${server.id}</b></a>
      <${Standing} entry=${entry} refusal=${refusal} />
    </div>
    ${output && html`<pre tabindex="0" aria-label=${`Output of ${server.id}`}>${output}</pre>`}
  </li>`;
}

function Standing({ entry, refusal }) {
  if (entry?.result) {
    const { word, icon, tone } = outcome(entry.result);
    return html`<span class=${`standing ${tone}`}><${Icon} name=${icon} /><b>${word}</b></span>
      <span class="facts">${facts(entry.result)}</span>
      <span class="message">${explanation(entry.result)}</span>`;
  }
  if (refusal !== null) {
    return html`<span class="standing bad"><${Icon} name="alert-circle-outline" /><b>not run</b></span>
      <span class="message">${refusal}</span>`;
  }
  if (entry?.phase === "unknown") {
    return html`<span class="standing"><${Icon} name="help-circle-outline" />ended; result unknown</span>`;
  }
  return html`<span class="standing">
    <i class="spinner" aria-hidden="true"></i>${entry?.phase === "running" ? "running" : "waiting"}
  </span>`;
}

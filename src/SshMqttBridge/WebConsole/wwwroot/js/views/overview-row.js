import { html, Component } from "../html.js";
import { time } from "../format.js";
import { connectionOf, isKnown, toneOf } from "../model/connection.js";
import { endOf } from "../model/last-result.js";
import { explanation, facts, outcome } from "../outcome.js";
import { addressOf } from "../route.js";
import { titleOf } from "../titles.js";
import { Icon } from "./icon.js";

/** One server of the overview. With many servers, only rows with changed properties are rendered again. */
export class OverviewRow extends Component {
  /** What the row shows of a server. */
  static propsOf(server) {
    const { id, user, host, port, connection, reason, message, onDemand, running, queued, last } = server;
    const entry = running && server.find(running);
    const task = running && (entry ? titleOf(server, entry) : running);
    return { server, id, user, host, port, connection, reason, message, onDemand, task, queued, last, isKnown: isKnown() };
  }

  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render({ server, id, user, host, port, task, queued, last, isKnown }) {
    const state = connectionOf(server);
    return html`<li class="row">
      <span class="cell names"><a href=${addressOf(id)}><b>${id}</b></a><small>${user}@${host}:${port}</small></span>
      <span class="cell"><${State} state=${state} isKnown=${isKnown} tone=${toneOf(server)} /></span>
      <span class="cell">${task && html`<${Task} task=${task} queued=${queued} />`}</span>
      <span class="cell">${last && html`<${Last} server=${server} last=${last} />`}</span>
    </li>`;
  }
}

function State({ state: { words, hint, message }, isKnown, tone }) {
  if (!isKnown) {
    return html`<span class="state unknown"><i class="dot" aria-hidden="true"></i>unknown; last known: ${words}</span>`;
  }
  return html`<span class=${`state ${tone}`}><i class="dot" aria-hidden="true"></i>${words}</span>
    ${(message || hint) && html`<small class="message">${message ?? hint}</small>`}`;
}

const Task = ({ task, queued }) => html`<span class="task"><i class="spinner" aria-hidden="true"></i>
    <span class="unseen">running </span><code>${task}</code></span>
  ${queued > 0 && html`<small>${queued} waiting</small>`}`;

function Last({ server, last }) {
  const { word, icon, tone } = outcome(last);
  const ended = new Date(endOf(last)).toISOString();
  return html`<span class=${`standing ${tone === "bad" ? "bad" : ""}`}>
      <${Icon} name=${icon} /><span class="unseen">last result: </span>${word}
    </span>
    <small><time datetime=${ended}>${time(ended)}</time> ${facts(last)}</small>
    <small class="message"><code>${titleOf(server, last)}</code> ${explanation(last)}</small>`;
}

import { html, Component, createRef } from "../html.js";
import { bytes, time } from "../format.js";
import { show, store } from "../model/store.js";
import { explanation, facts, outcome } from "../outcome.js";
import { Output } from "../output.js";
import { fillPrompt } from "../prompt-text.js";
import { titleOf } from "../titles.js";
import { Icon } from "./icon.js";
import { LeftOut } from "./left-out.js";

/** A line of the history, which expands to the output. */
export class HistoryEntry extends Component {
  place = createRef();

  toggled = ({ target }) => {
    const { out, err } = this.props.result;
    if (!target.open || this.output) return;
    this.output = new Output();
    this.output.onChange = () => this.setState({});
    if (out) this.output.append("out", out);
    if (err) this.output.append("err", err);
    this.output.flush();
    this.place.current.append(this.output.element);
  };

  render({ result, isEverywhere }) {
    const server = store.servers.get(result.server);
    const { word, icon, tone } = outcome(result);
    const hasText = Boolean(result.out || result.err);
    const showAll = () => show({ kind: "output", server: server ?? { id: result.server }, entry: result });
    return html`<details class=${`past ${tone}`} onToggle=${this.toggled}>
      <summary>
        <${Icon} name="chevron-right" />
        ${isEverywhere && html`<span class="badge">${result.server}</span>`}
        <code class="command">${titleOf(server, result)}</code>
        ${result.scheduled && html`<span class="badge">Schedule</span>`}
        <span class=${`standing ${tone}`}><${Icon} name=${icon} />${word}</span>
        <span class="facts">${facts(result)}</span>
        <time datetime=${result.receivedAt}>${time(result.receivedAt)}</time>
      </summary>
      ${result.action && html`<p class="facts"><code>${result.command}</code></p>`}
      <p class="message">${explanation(result)}</p>
      ${!hasText && html`<p class="facts">${nothingOf(result)}</p>`}
      ${this.output && html`<${LeftOut} output=${this.output} showAll=${showAll} />`}
      <div ref=${this.place}></div>
      ${hasText &&
      html`<button class="small" onClick=${showAll}><${Icon} name="magnify" />Search or download the output</button>`}
      ${result.operation === "exec" && !result.action && server?.canExec &&
      html`<button class="small" onClick=${() => fillPrompt(server, result.command)}>
        <${Icon} name="reload" />Copy to the command line
      </button>`}
    </details>`;
  }
}

function nothingOf({ outBytes, errBytes }) {
  return outBytes + errBytes > 0 ? `The output was not stored: ${bytes(outBytes + errBytes)}.` : "No output.";
}

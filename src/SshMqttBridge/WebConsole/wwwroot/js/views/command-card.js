import { html, Component, createRef } from "../html.js";
import { announce } from "../announce.js";
import { readable } from "../ansi.js";
import { copyText } from "../clipboard.js";
import { bytes, time } from "../format.js";
import { cancel } from "../model/commands.js";
import { downloadOf, fetchedBy } from "../model/files.js";
import { show, store } from "../model/store.js";
import { wholeResult } from "../model/whole-result.js";
import { explanation, facts, outcome } from "../outcome.js";
import { fillPrompt } from "../prompt-text.js";
import { isTransfer, sourceOf, titleOf } from "../titles.js";
import { Elapsed } from "./elapsed.js";
import { Icon } from "./icon.js";
import { LeftOut } from "./left-out.js";
import { Progress } from "./progress.js";

/** One command: its text, output and outcome. */
export class CommandCard extends Component {
  output = createRef();

  shouldComponentUpdate(next) {
    return next.revision !== this.props.revision || next.place !== this.props.place || next.entry !== this.props.entry;
  }

  componentDidMount() {
    this.attach();
  }

  componentDidUpdate() {
    this.attach();
  }

  // The output has its own element, which Preact does not render.
  attach() {
    const place = this.output.current;
    const { element } = this.props.entry.output;
    if (place && place.firstChild !== element) place.replaceChildren(element);
  }

  render({ server, entry, place }) {
    const title = titleOf(server, entry);
    const source = sourceOf(server, entry);
    const tone = entry.result ? outcome(entry.result).tone : entry.phase;
    return html`<article class=${`entry ${tone}`} aria-label=${title}>
      <header>
        <${Sigil} entry=${entry} />
        <${What} entry=${entry} title=${title} />
        ${source && html`<span class="badge">${source}</span>`}
        <time datetime=${entry.receivedAt}>${time(entry.receivedAt)}</time>
      </header>
      ${entry.isOpen && html`<${LeftOut} output=${entry.output} showAll=${showAllOf(server, entry)} /><div ref=${this.output}></div>`}
      ${entry.progress && entry.isPending && html`<${Progress} progress=${entry.progress} />`}
      <footer>
        <${Standing} entry=${entry} place=${place} />
        <span class="room"></span>
        <${Tools} server=${server} entry=${entry} title=${title} />
      </footer>
    </article>`;
  }
}

const hasOutput = ({ result }) => Boolean(result && (result.out || result.err));

const showAllOf = (server, entry) => hasOutput(entry) && (() => show({ kind: "output", server, entry }));

/** Copies all of the output, also if the page has only a part of it. */
async function copy(server, { id, receivedAt, output, result }) {
  try {
    const isAllHere = output.isWhole && output.dropped === 0;
    const whole = isAllHere || !result ? null : await wholeResult(server, { id, receivedAt });
    await copyText(whole ? readable(whole.out) + readable(whole.err) : output.text);
    announce(isAllHere || whole ? "Output copied." : "The part of the output on this page was copied.");
  } catch {
    announce("The output was not copied.");
  }
}

function Sigil({ entry: { operation, action } }) {
  if (isTransfer(operation)) {
    return html`<span class="sigil">
      <${Icon} name=${operation === "get" ? "download" : "upload"} /><span class="unseen">${operation}</span>
    </span>`;
  }
  if (operation !== "exec") return html`<span class="sigil"><${Icon} name="cog" /></span>`;
  return action
    ? html`<span class="sigil"><${Icon} name="play-circle" /></span>`
    : html`<span class="sigil" aria-hidden="true">$</span>`;
}

const longCommand = 400;

function What({ entry, title }) {
  if (!entry.action) {
    // It stays in sight while its output scrolls, so it must not be taller than the window.
    const isLong = title.length > longCommand || title.split("\n").length > 4;
    return html`<code class=${isLong ? "command long" : "command"} tabindex=${isLong ? 0 : undefined}>${title}</code>`;
  }
  return html`<span class="command"><b>${title}</b>${entry.command && html` <code>${entry.command}</code>`}</span>`;
}

function Standing({ entry, place }) {
  const { phase, result, startedAt } = entry;
  if (phase === "waiting") {
    return html`<span class="standing"><${Icon} name="timer-sand" />waiting, ${place === 1 ? "next" : `number ${place}`}</span>`;
  }
  if (phase === "running") {
    return html`<span class="standing">
      <i class="spinner" aria-hidden="true"></i>running <${Elapsed} since=${startedAt} />
    </span>`;
  }
  if (!result) return html`<span class="standing"><${Icon} name="help-circle-outline" />ended; result unknown</span>`;
  const { word, icon, tone } = outcome(result);
  return html`<span class=${`standing ${tone}`}><${Icon} name=${icon} /><b>${word}</b></span>
    <span class="facts">${facts(result)}</span>
    ${result.truncated &&
    !entry.output.isWhole &&
    html`<span class="facts">output truncated; total ${bytes(result.outBytes + result.errBytes)}</span>`}
    <span class="message">${explanation(result)}</span>`;
}

function Tools({ server, entry, title }) {
  if (entry.isPending) {
    return html`<button class="small" onClick=${() => cancel(server, entry.id).catch(() => {})}>
      <${Icon} name="cancel" />Cancel<span class="unseen"> ${title}</span>
    </button>`;
  }
  const toggle = () => {
    entry.isOpen = !entry.isOpen;
    entry.touch();
  };
  return html`
    ${entry.source === "schedule" && !entry.output.isEmpty &&
    html`<button class="small" aria-expanded=${String(entry.isOpen)} onClick=${toggle}>
      ${entry.isOpen ? "Hide" : "Show"} output
    </button>`}
    ${hasOutput(entry) &&
    html`<${Tool}
      icon="magnify"
      words="Search or download the output"
      does=${() => show({ kind: "output", server, entry })}
    />`}
    ${!entry.output.isEmpty &&
    html`<${Tool} icon="content-copy" words="Copy the output" does=${() => copy(server, entry)} />`}
    ${entry.result?.status === "succeeded" && html`<${Download} entry=${entry} />`}
    ${!entry.action &&
    entry.operation === "exec" &&
    server.canExec &&
    html`<${Tool} icon="console" words="Copy to the command line" does=${() => fillPrompt(server, entry.command)} />`}
  `;
}

/** Downloads what a get of this page has copied to the bridge. */
function Download({ entry }) {
  const file = fetchedBy(entry);
  if (!file || !store.bridge.files) return null;
  return html`
    <span class="refusal">${file.trouble}</span>
    <button class="small" onClick=${() => downloadOf(entry)}>
      <${Icon} name="download" />Download<span class="unseen"> ${titleOf(null, entry)}</span>
    </button>
  `;
}

const Tool = ({ icon, words, does }) =>
  html`<button class="plain small" aria-label=${words} title=${words} onClick=${does}><${Icon} name=${icon} /></button>`;

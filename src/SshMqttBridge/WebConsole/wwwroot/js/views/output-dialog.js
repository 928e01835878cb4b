import { html, Component, createRef } from "../html.js";
import { announce } from "../announce.js";
import { readable } from "../ansi.js";
import { copyText } from "../clipboard.js";
import { download } from "../download.js";
import { LongText } from "../long-text.js";
import { wholeResult } from "../model/whole-result.js";
import { titleOf } from "../titles.js";
import { Dialog } from "./dialog.js";
import { FindBar } from "./find-bar.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** A command's stored output as plain text, with a search. */
export class OutputDialog extends Component {
  state = { result: null, trouble: null };
  texts = new Map();

  async componentDidMount() {
    const { server, entry } = this.props;
    try {
      const result = await wholeResult(server, entry);
      this.setState(result ? { result } : { trouble: "The bridge no longer has this output." });
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
  }

  render({ server, entry }, { result, trouble }) {
    const file = `${server.id}-${entry.id}`;
    const filled = (name) => (text) => this.texts.set(name, text);
    return html`<${Dialog} title=${titleOf(server, entry)} wide>
      <${Trouble} words=${trouble} />
      ${!result && !trouble && html`<p>Loading …</p>`}
      ${result &&
      html`<${FindBar} texts=${() => [...this.texts.values()]} />
        <${Stream} words="Standard output" text=${result.out} file=${`${file}.txt`} filled=${filled("out")} />
        <${Stream} words="Standard error" text=${result.err} file=${`${file}-stderr.txt`} filled=${filled("err")} />`}
      ${result?.truncated && html`<p class="hint">The bridge keeps only the first part of each stream (maxOutputBytes).</p>`}
    <//>`;
  }
}

class Stream extends Component {
  element = createRef();

  // The text has its own elements, which Preact does not render.
  componentDidMount() {
    if (!this.props.text) return;
    this.text = readable(this.props.text);
    this.props.filled(new LongText(this.element.current, this.text));
  }

  shouldComponentUpdate() {
    return false;
  }

  copy = async () => {
    try {
      await copyText(this.text);
      announce("Output copied.");
    } catch {
      announce("The output was not copied.");
    }
  };

  render({ words, text, file }) {
    if (!text) return null;
    return html`<div class="stream-head">
        <h3>${words}</h3>
        <button type="button" class="small" onClick=${this.copy}>
          <${Icon} name="content-copy" />Copy<span class="unseen"> ${words}</span>
        </button>
        <button type="button" class="small" onClick=${() => download(file, this.text)}>
          <${Icon} name="download" />Download<span class="unseen"> ${words}</span>
        </button>
      </div>
      <pre tabindex="0" aria-label=${words} role="region" ref=${this.element}></pre>`;
  }
}

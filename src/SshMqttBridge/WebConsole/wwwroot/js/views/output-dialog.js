import { html, Component } from "../html.js";
import { AnsiReader } from "../ansi.js";
import { wholeResult } from "../model/whole-result.js";
import { Dialog } from "./dialog.js";
import { Trouble } from "./trouble.js";

/** A command's stored output as plain text. */
export class OutputDialog extends Component {
  state = { result: null, trouble: null };

  async componentDidMount() {
    const { server, entry } = this.props;
    try {
      const result = await wholeResult(server, entry);
      this.setState(result ? { result } : { trouble: "The bridge no longer has this output." });
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
  }

  render({ entry }, { result, trouble }) {
    return html`<${Dialog} title=${entry.command} wide>
      <${Trouble} words=${trouble} />
      ${!result && !trouble && html`<p>Loading …</p>`}
      ${result &&
      html`<${Stream} words="Standard output" text=${result.out} /><${Stream} words="Standard error" text=${result.err} />`}
      ${result?.truncated && html`<p class="hint">The bridge keeps only the first part of each stream (maxOutputBytes).</p>`}
    <//>`;
  }
}

function Stream({ words, text }) {
  if (!text) return null;
  const readable = new AnsiReader().read(text).map((piece) => piece.text);
  return html`<h3>${words}</h3><pre tabindex="0" aria-label=${words} role="region">${readable.join("")}</pre>`;
}

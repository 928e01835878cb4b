import { html, Component } from "../html.js";
import { AnsiReader } from "../ansi.js";
import { api } from "../api.js";
import { Dialog } from "./dialog.js";
import { Trouble } from "./trouble.js";

const longestQuery = 200;

/** All that the bridge has kept of a command's output, as plain text. */
export class OutputDialog extends Component {
  state = { result: null, trouble: null };

  async componentDidMount() {
    const { server, entry } = this.props;
    try {
      const { entries } = await api.history({ server: server.id, q: entry.command.slice(0, longestQuery), limit: 100 });
      const result = entries.find(({ id, receivedAt }) => id === entry.id && receivedAt === entry.receivedAt);
      this.setState(result ? { result } : { trouble: "The bridge has it no longer." });
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
  }

  render({ entry }, { result, trouble }) {
    return html`<${Dialog} title=${entry.command} wide>
      <${Trouble} words=${trouble} />
      ${!result && !trouble && html`<p>Loading …</p>`}
      ${result && html`<${Stream} words="Standard output" text=${result.out} /><${Stream} words="Standard error" text=${result.err} />`}
      ${result?.truncated && html`<p class="hint">The bridge keeps the first part of each stream only (maxOutputBytes).</p>`}
    <//>`;
  }
}

function Stream({ words, text }) {
  if (!text) return null;
  const readable = new AnsiReader().read(text).map((piece) => piece.text);
  return html`<h3>${words}</h3><pre tabindex="0" aria-label=${words} role="region">${readable.join("")}</pre>`;
}

import { html, Component, createRef } from "../html.js";
import { api } from "../api.js";
import { statuses } from "../outcome.js";
import { HistoryEntry } from "./history-entry.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

const perPage = 50;
const typingPause = 200;

/** The searchable history. */
export class History extends Component {
  input = createRef();
  state = { entries: null, before: null, q: "", status: "", everywhere: false, trouble: null };

  componentDidMount() {
    if (matchMedia("(pointer: fine)").matches) this.input.current.focus();
    this.search();
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
    this.asked = null;
  }

  query(before) {
    const { q, status, everywhere } = this.state;
    const query = { limit: perPage };
    if (!everywhere) query.server = this.props.server.id;
    if (q.trim() !== "") query.q = q.trim();
    if (status !== "") query.status = status;
    if (before) query.before = before;
    return query;
  }

  /** Searches; ignores the response if there is a newer search. */
  async search(earlier = []) {
    const asked = (this.asked = {});
    try {
      const { entries, before } = await api.history(this.query(earlier.length > 0 && this.state.before));
      if (this.asked === asked) this.setState({ entries: [...earlier, ...entries], before, trouble: null });
    } catch (refusal) {
      if (this.asked === asked) this.setState({ trouble: refusal.message, entries: earlier });
    }
  }

  change(what, pause = 0) {
    this.setState(what);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), pause);
  }

  render({ server }, { entries, before, q, status, everywhere, trouble }) {
    return html`<section class="history" aria-label="History">
      <form class="search" role="search" onSubmit=${(event) => (event.preventDefault(), this.search())}>
        <span class="find">
          <${Icon} name="magnify" />
          <input
            id="search"
            type="search"
            aria-label="Search commands and their output"
            placeholder="Search commands and output"
            ref=${this.input}
            value=${q}
            onInput=${({ target }) => this.change({ q: target.value }, typingPause)}
          />
        </span>
        <select aria-label="Status" value=${status} onChange=${({ target }) => this.change({ status: target.value })}>
          <option value="">any status</option>
          ${statuses.map((item) => html`<option value=${item.status}>${item.word}</option>`)}
        </select>
        <label class="check">
          <input
            type="checkbox"
            checked=${everywhere}
            onChange=${({ target }) => this.change({ everywhere: target.checked })}
          />all servers
        </label>
        <${Trouble} words=${trouble} />
      </form>
      <p class="unseen" role="status">${entries && `${entries.length}${before ? " or more" : ""} commands found`}</p>
      <div class="results" tabindex="0" aria-label="Results" role="region">
        ${entries?.length === 0 && html`<p class="nothing">No commands found.</p>`}
        ${entries?.map(
          (result) =>
            html`<${HistoryEntry}
              key=${`${result.server} ${result.id} ${result.receivedAt}`}
              result=${result}
              isEverywhere=${everywhere}
            />`,
        )}
        ${before && html`<button class="more" onClick=${() => this.search(entries)}>Show earlier commands</button>`}
      </div>
    </section>`;
  }
}

import { html, Component, createRef } from "../html.js";
import { HistoryPages } from "../model/history-pages.js";
import { HistoryEntry } from "./history-entry.js";
import { HistoryFilters } from "./history-filters.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

const typingPause = 200;

/** The searchable history. */
export class History extends Component {
  input = createRef();
  state = {
    pages: null,
    trouble: null,
    filters: { q: "", scheduled: "false", action: "", status: "", failuresFirst: false, everywhere: false },
  };

  componentDidMount() {
    if (matchMedia("(pointer: fine)").matches) this.input.current.focus();
    this.search();
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
    this.asked = null;
  }

  /** The query of the filters, without those that are not set. */
  get query() {
    const { q, scheduled, action, status, failuresFirst, everywhere } = this.state.filters;
    const query = { q: q.trim(), scheduled, action, status, server: everywhere ? "" : this.props.server.id };
    const set = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
    return { ...set, failuresFirst: failuresFirst && status === "" };
  }

  /** Searches, or loads more; ignores the response if there is a newer search. */
  async search(pages = new HistoryPages(this.query)) {
    const asked = (this.asked = {});
    try {
      await pages.more();
      if (this.asked === asked) this.setState({ pages, trouble: null });
    } catch (refusal) {
      if (this.asked === asked) this.setState({ pages, trouble: refusal.message });
    }
  }

  change(what, pause = 0) {
    this.setState({ filters: { ...this.state.filters, ...what } });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), pause);
  }

  render({ server }, { pages, filters, trouble }) {
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
            value=${filters.q}
            onInput=${({ target }) => this.change({ q: target.value }, typingPause)}
          />
        </span>
        <${HistoryFilters} server=${server} filters=${filters} change=${(what) => this.change(what)} />
        <${Trouble} words=${trouble} />
      </form>
      <p class="unseen" role="status">
        ${pages && `${pages.entries.length}${pages.hasMore ? " or more" : ""} commands found`}
      </p>
      <div class="results" tabindex="0" aria-label="Results" role="region">
        ${pages && html`<${Results} pages=${pages} isEverywhere=${filters.everywhere} />`}
        ${pages?.hasMore && html`<button class="more" onClick=${() => this.search(pages)}>Show more commands</button>`}
      </div>
    </section>`;
  }
}

function Results({ pages: { entries, failures, hasMore }, isEverywhere }) {
  if (entries.length === 0 && !hasMore) return html`<p class="nothing">No commands found.</p>`;
  return entries.map((result, i) => [
    i === failures && i > 0 && html`<h2 class="divider" key="others">Other commands</h2>`,
    html`<${HistoryEntry}
      key=${`${result.server} ${result.id} ${result.receivedAt}`}
      result=${result}
      isEverywhere=${isEverywhere}
    />`,
  ]);
}

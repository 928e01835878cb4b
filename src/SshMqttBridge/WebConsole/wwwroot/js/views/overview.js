import { html, Component, createRef } from "../html.js";
import { count } from "../format.js";
import { connectionOf } from "../model/connection.js";
import { show, store } from "../model/store.js";
import { outcome } from "../outcome.js";
import { go } from "../route.js";
import { Icon } from "./icon.js";
import { OverviewRow } from "./overview-row.js";

/** All servers, with their state, and a search. */
export class Overview extends Component {
  input = createRef();
  state = { words: "", onlyTrouble: false };

  componentDidMount() {
    // On a phone, the keyboard would cover the page.
    if (matchMedia("(pointer: fine)").matches) this.input.current.focus();
  }

  render(_, { words, onlyTrouble }) {
    const servers = [...store.servers.values()];
    const troubled = servers.filter(isTroubled);
    const shown = (onlyTrouble ? troubled : servers).filter(matcher(words));
    const open = (event) => {
      event.preventDefault();
      if (shown.length > 0) go(shown[0].id);
    };
    return html`<main class="overview" aria-label="All servers">
      <div class="heading">
        <h1>All servers</h1>
        <p class="counts">${counts(servers, troubled)}</p>
        <${RunOnMany} servers=${shown.filter(({ canExec }) => canExec)} />
      </div>
      <form class="search" role="search" onSubmit=${open}>
        <span class="find">
          <${Icon} name="magnify" />
          <input
            id="search"
            type="search"
            aria-label="Search the servers"
            placeholder="Name, address or state"
            ref=${this.input}
            value=${words}
            onInput=${({ target }) => this.setState({ words: target.value })}
          />
        </span>
        <label class="check" title="Cannot connect, or the last command did not succeed">
          <input
            type="checkbox"
            checked=${onlyTrouble}
            onChange=${({ target }) => this.setState({ onlyTrouble: target.checked })}
          />only those in trouble
        </label>
      </form>
      <p class="unseen" role="status">${count(shown.length, "server")} shown</p>
      <div class="results" tabindex="0" role="region" aria-label="Servers">
        <div class="row head" aria-hidden="true">
          <span>Server</span><span>Connection</span><span>Commands</span><span>Last result</span>
        </div>
        <ul class="rows">
          ${shown.map((server) => html`<${OverviewRow} key=${server.id} ...${OverviewRow.propsOf(server)} />`)}
        </ul>
        ${shown.length === 0 && html`<p class="nothing">No servers found.</p>`}
      </div>
    </main>`;
  }
}

/** Offers a command for the servers that are shown and accept commands. */
const RunOnMany = ({ servers }) =>
  servers.length > 0 &&
  html`<button onClick=${() => show({ kind: "many", servers })}>
    <${Icon} name="play" />Run on ${count(servers.length, "server")} …
  </button>`;

const isTroubled = (server) => connectionOf(server).isTrouble || (server.last && outcome(server.last).tone === "bad");

function counts(servers, troubled) {
  const busy = servers.filter(({ running }) => running).length;
  return [count(servers.length, "server"), `${troubled.length} in trouble`, busy > 0 && `${busy} running a command`]
    .filter(Boolean)
    .join(" · ");
}

function matcher(words) {
  const wanted = words.trim().toLowerCase();
  return (server) => {
    const { id, user, host, port } = server;
    return `${id} ${user}@${host}:${port} ${connectionOf(server).words}`.toLowerCase().includes(wanted);
  };
}

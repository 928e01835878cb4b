import { html, Component } from "../html.js";
import { store } from "../model/store.js";
import { addressOf } from "../route.js";

const manyServers = 9;

export class ServerList extends Component {
  state = { filter: "" };

  render(_, { filter }) {
    const words = filter.trim().toLowerCase();
    const servers = [...store.servers.values()];
    const shown = servers.filter((server) => `${server.id} ${server.host} ${server.user}`.toLowerCase().includes(words));
    return html`<nav class="servers" aria-label="Servers">
      ${servers.length >= manyServers &&
      html`<input
        type="search"
        aria-label="Filter the servers"
        placeholder="Filter"
        value=${filter}
        onInput=${(event) => this.setState({ filter: event.target.value })}
      />`}
      <ul>
        ${shown.map((server) => html`<li key=${server.id}><${ServerLink} server=${server} /></li>`)}
      </ul>
    </nav>`;
  }
}

function ServerLink({ server }) {
  const { id, host, user, connection } = server;
  const isCurrent = store.route.server === id;
  return html`<a href=${addressOf(id, store.route.page)} aria-current=${isCurrent ? "page" : undefined} title=${`${user}@${host}`}>
    <i class=${`dot ${connection}`} aria-hidden="true"></i>
    <span class="names"><b>${id}</b><small>${user}@${host}</small></span>
    <span class="unseen">, ${connection}</span>
    <${Load} server=${server} />
  </a>`;
}

function Load({ server: { running, queued } }) {
  if (!running) return null;
  const words = queued > 0 ? `running, ${queued} waiting` : "running";
  return html`<span class="load" title=${words}>
    <i class="spinner" aria-hidden="true"></i>
    ${queued > 0 && html`<span aria-hidden="true">+${queued}</span>`}
    <span class="unseen">, ${words}</span>
  </span>`;
}

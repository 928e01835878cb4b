import { html, Component } from "../html.js";
import { connectionOf, toneOf } from "../model/connection.js";
import { store } from "../model/store.js";
import { addressOf, overviewAddress } from "../route.js";
import { Icon } from "./icon.js";

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
      ${servers.length > 1 && html`<a class="all" href=${overviewAddress}><${Icon} name="server" />All servers</a>`}
      <ul>
        ${shown.map((server) => html`<${ServerLink} key=${server.id} ...${ServerLink.propsOf(server)} />`)}
      </ul>
    </nav>`;
  }
}

/** With many servers, only links with changed properties are rendered again. */
class ServerLink extends Component {
  static propsOf(server) {
    const { id, host, user, running, queued } = server;
    const { words } = connectionOf(server);
    const tone = toneOf(server);
    const isCurrent = store.route.server === id;
    const address = addressOf(id, store.route.page);
    return { id, host, user, tone, words, running, queued, isCurrent, address };
  }

  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render({ id, host, user, tone, words, running, queued, isCurrent, address }) {
    return html`<li>
      <a href=${address} aria-current=${isCurrent ? "page" : undefined} title=${`${user}@${host}`}>
        <i class=${`dot ${tone}`} aria-hidden="true"></i>
        <span class="names"><b>${id}</b><small>${user}@${host}</small></span>
        <span class="unseen">, ${tone === "unknown" ? tone : words}</span>
        <${Load} running=${running} queued=${queued} />
      </a>
    </li>`;
  }
}

function Load({ running, queued }) {
  if (!running) return null;
  const words = queued > 0 ? `running, ${queued} waiting` : "running";
  return html`<span class="load" title=${words}>
    <i class="spinner" aria-hidden="true"></i>
    ${queued > 0 && html`<span aria-hidden="true">+${queued}</span>`}
    <span class="unseen">, ${words}</span>
  </span>`;
}

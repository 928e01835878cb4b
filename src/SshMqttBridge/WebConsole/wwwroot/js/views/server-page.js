import { html, Component } from "../html.js";
import { connect } from "../model/commands.js";
import { connectionOf, toneOf } from "../model/connection.js";
import { load } from "../model/session.js";
import { store } from "../model/store.js";
import { addressOf } from "../route.js";
import { Actions } from "./actions.js";
import { History } from "./history.js";
import { Icon } from "./icon.js";
import { Offline } from "./offline.js";
import { Prompt } from "./prompt.js";
import { Transcript } from "./transcript.js";
import { Trouble } from "./trouble.js";

export class ServerPage extends Component {
  componentDidMount() {
    load(this.props.server);
  }

  componentDidUpdate() {
    load(this.props.server);
  }

  render({ server }) {
    const isHistory = store.route.page === "history";
    return html`<main class="server" aria-label=${server.id}>
      <${Heading} server=${server} />
      ${isHistory
        ? html`<${History} server=${server} />`
        : html`
            <${Offline} server=${server} />
            <${Actions} server=${server} />
            <${Transcript} server=${server} />
            <${Prompt} server=${server} />
          `}
    </main>`;
  }
}

function Heading({ server }) {
  const { id, user, host, port } = server;
  const tone = toneOf(server);
  return html`<div class="heading">
    <div class="who">
      <h1>${id}</h1>
      <span class="address">${user}@${host}:${port}</span>
      <span class=${`state ${tone}`}>
        <i class="dot" aria-hidden="true"></i>${tone === "unknown" ? tone : connectionOf(server).words}
      </span>
      <${ConnectionButton} server=${server} />
    </div>
    <nav class="tabs" aria-label="Pages">
      <${Tab} server=${id} page="console" icon="console" words="Console" />
      <${Tab} server=${id} page="history" icon="history" words="History" />
    </nav>
  </div>`;
}

function Tab({ server, page, icon, words }) {
  return html`<a href=${addressOf(server, page)} aria-current=${store.route.page === page ? "page" : undefined}>
    <${Icon} name=${icon} />${words}
  </a>`;
}

class ConnectionButton extends Component {
  render({ server }, { trouble }) {
    const isOnline = server.connection === "online";
    const words = isOnline ? "Disconnect" : "Connect";
    const ask = async () => {
      try {
        await connect(server, isOnline ? "close" : "open");
        this.setState({ trouble: null });
      } catch (refusal) {
        this.setState({ trouble: refusal.message });
      }
    };
    return html`<button class="plain small" onClick=${ask}>
        <${Icon} name=${isOnline ? "lan-disconnect" : "lan-connect"} /><span class="word">${words}</span>
      </button>
      <${Trouble} words=${trouble} />`;
  }
}

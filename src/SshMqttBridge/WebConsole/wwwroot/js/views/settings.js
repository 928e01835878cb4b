import { html, Component } from "../html.js";
import { api } from "../api.js";
import { count } from "../format.js";
import { store } from "../model/store.js";
import { goToSettings } from "../route.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

const sources = {
  default: "default",
  file: "file",
  fileDefaults: "file, defaults of all servers",
  environment: "environment",
};

/** The configuration in force: of the bridge, or of one server and its actions. */
export class Settings extends Component {
  /** sections: null while they are read. */
  state = { words: "", onlyGiven: false, sections: null, file: "", trouble: null, news: "", isReloading: false };

  componentDidMount() {
    this.load();
  }

  componentDidUpdate({ server }) {
    if (server !== this.props.server) this.load();
  }

  async load() {
    const { server } = this.props;
    this.setState({ sections: null, trouble: null });
    try {
      const { file, sections } = await api.settings(server);
      if (server === this.props.server) this.setState({ file, sections });
    } catch (refusal) {
      this.setState({ sections: [], trouble: refusal.message });
    }
  }

  async reload() {
    this.setState({ isReloading: true, news: "", trouble: null });
    try {
      const { applied, message } = await api.reload();
      await this.load();
      this.setState(
        applied ? { news: `Reloaded: ${message}.` } : { trouble: `The configuration was not reloaded, and nothing has changed: ${message}.` },
      );
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
    this.setState({ isReloading: false });
  }

  render({ server }, { words, onlyGiven, sections, file, trouble, news, isReloading }) {
    const shown = sections === null ? [] : matching(sections, words, onlyGiven);
    const number = shown.reduce((sum, { settings }) => sum + settings.length, 0);
    return html`<main class="overview settings" aria-label="Settings">
      <div class="heading">
        <h1>Settings</h1>
        <p class="counts">${file && html`<code>${file}</code>`}</p>
        <button type="button" disabled=${isReloading} onClick=${() => this.reload()} title="Read the file again, as on SIGHUP">
          <${Icon} name="reload" /> ${isReloading ? "Reloading …" : "Reload"}
        </button>
      </div>
      <form class="search" role="search" onSubmit=${(event) => event.preventDefault()}>
        <select aria-label="Settings of" onChange=${({ target }) => goToSettings(target.value)}>
          <option value="" selected=${server === null}>The bridge</option>
          ${[...store.servers.keys()].map((id) => html`<option value=${id} selected=${id === server}>${id}</option>`)}
        </select>
        <span class="find">
          <${Icon} name="magnify" />
          <input
            id="search"
            type="search"
            aria-label="Search the settings"
            placeholder="Setting, value or source"
            value=${words}
            onInput=${({ target }) => this.setState({ words: target.value })}
          />
        </span>
        <label class="check" title="Without defaults">
          <input type="checkbox" checked=${onlyGiven} onChange=${({ target }) => this.setState({ onlyGiven: target.checked })} />only
          those that are set
        </label>
      </form>
      <p class="unseen" role="status">${sections && `${count(number, "setting")} shown`}</p>
      <div class="results" tabindex="0" role="region" aria-label="Values">
        <${Trouble} words=${trouble} />
        <p role="status">${news}</p>
        ${shown.map((section) => html`<${Section} key=${section.path} ...${section} />`)}
        ${sections !== null && number === 0 && !trouble && html`<p class="nothing">No settings found.</p>`}
      </div>
    </main>`;
  }
}

function matching(sections, words, onlyGiven) {
  const wanted = words.trim().toLowerCase();
  return sections
    .map(({ path, settings }) => ({
      path,
      settings: settings.filter(
        (setting) =>
          (!onlyGiven || setting.source !== "default") &&
          `${path}.${setting.name} ${setting.value ?? ""} ${placeOf(setting)}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter(({ settings }) => settings.length > 0);
}

const placeOf = ({ source, origin }) =>
  source === "environment" ? origin : source === "default" ? sources[source] : `${sources[source]}, ${origin}`;

const Section = ({ path, settings }) => html`<section>
  <h2>${path || "Top level"}</h2>
  <dl class="values">
    ${settings.map((setting) => html`<${Value} key=${setting.name} setting=${setting} />`)}
  </dl>
</section>`;

const Value = ({ setting }) => html`<div title=${setting.description}>
  <dt><code>${setting.name}</code></dt>
  <dd class="value">
    ${setting.value === null ? html`<i>set, not shown</i>` : setting.source === "default" ? setting.value : html`<code>${setting.value}</code>`}
  </dd>
  <dd class="origin">${placeOf(setting)}</dd>
</div>`;

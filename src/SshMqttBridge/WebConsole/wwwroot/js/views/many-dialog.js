import { html, Component } from "../html.js";
import { announce } from "../announce.js";
import { count } from "../format.js";
import { execOnMany } from "../model/commands.js";
import { outcome } from "../outcome.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { ManyResults, resultOf } from "./many-results.js";

/** One command on several servers: their choice, then the results side by side. */
export class ManyDialog extends Component {
  constructor(props) {
    super(props);
    this.state = { chosen: new Set(props.servers), command: "", timeout: 30, runs: null };
  }

  componentDidUpdate() {
    const { runs } = this.state;
    if (!runs || this.isAnnounced || !runs.every(hasEnded)) return;
    this.isAnnounced = true;
    announce(summaryOf(runs));
  }

  choose = (server, isChosen) => {
    const chosen = new Set(this.state.chosen);
    if (isChosen) chosen.add(server);
    else chosen.delete(server);
    this.setState({ chosen });
  };

  submit = (event) => {
    event.preventDefault();
    const { chosen, command, timeout } = this.state;
    const runs = this.props.servers.filter((server) => chosen.has(server)).map((server) => ({ server, id: null, refusal: null }));
    this.isAnnounced = false;
    this.setState({ runs });
    execOnMany(runs, { command, timeout: Number(timeout) }, () => this.setState({}));
  };

  render({ servers }, { chosen, command, timeout, runs }) {
    if (runs) {
      return html`<${Dialog} title=${command} wide>
        <p class="facts">${summaryOf(runs)}</p>
        <${ManyResults} runs=${runs} />
        <div class="buttons">
          <button type="button" onClick=${() => this.setState({ runs: null })}>Change and run again</button>
        </div>
      <//>`;
    }
    return html`<${Dialog} title="Run on several servers">
      <form onSubmit=${this.submit}>
        <div class="field">
          <label for="many-command">Command</label>
          <textarea
            id="many-command"
            class="code"
            rows="3"
            required
            autofocus
            spellcheck=${false}
            value=${command}
            onInput=${({ target }) => this.setState({ command: target.value })}
          ></textarea>
        </div>
        <div class="field short">
          <label for="many-timeout">Timeout in seconds</label>
          <input
            id="many-timeout"
            type="number"
            min="0.01"
            max="604800"
            step="any"
            required
            value=${timeout}
            onInput=${({ target }) => this.setState({ timeout: target.value })}
          />
        </div>
        <fieldset class="choice">
          <legend>Servers</legend>
          <div class="tools">
            <button type="button" class="small" onClick=${() => this.setState({ chosen: new Set(servers) })}>All</button>
            <button type="button" class="small" onClick=${() => this.setState({ chosen: new Set() })}>None</button>
          </div>
          <div class="list">
            ${servers.map(
              (server) => html`<label class="check" key=${server.id}>
                <input
                  type="checkbox"
                  checked=${chosen.has(server)}
                  onChange=${({ target }) => this.choose(server, target.checked)}
                />${server.id}
              </label>`,
            )}
          </div>
        </fieldset>
        <div class="buttons">
          <button class="primary" disabled=${chosen.size === 0}>
            <${Icon} name="play" />Run on ${count(chosen.size, "server")}
          </button>
        </div>
      </form>
    <//>`;
  }
}

const hasEnded = (run) => run.refusal !== null || resultOf(run) !== null;

function summaryOf(runs) {
  const ended = runs.filter(hasEnded);
  const bad = ended.filter((run) => run.refusal !== null || outcome(resultOf(run)).tone === "bad");
  return [
    ended.length < runs.length ? `${ended.length} of ${count(runs.length, "server")} ended` : `All ${runs.length} ended`,
    bad.length > 0 && `${bad.length} did not succeed`,
  ]
    .filter(Boolean)
    .join(" · ");
}

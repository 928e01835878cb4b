import { html, Component } from "../html.js";
import { run } from "../model/commands.js";
import { show } from "../model/store.js";
import { actionIcon, Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** The server's named actions, and the transfers, as buttons. */
export class Actions extends Component {
  async press(action) {
    const { server } = this.props;
    if (action.confirm || action.parameters.length > 0) {
      show({ kind: "action", server, action });
      return;
    }
    try {
      await run(server, action, {});
      this.setState({ trouble: null });
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
  }

  render({ server }, { trouble }) {
    const { actions, canGet, canPut } = server;
    if (actions.length === 0 && !canGet && !canPut) return null;
    return html`<section class="actions" aria-label="Actions">
      ${actions.map(
        (action) => html`<button key=${action.name} onClick=${() => this.press(action)}>
          <${Icon} name=${actionIcon(action.icon)} />
          ${action.title ?? action.name}${(action.confirm || action.parameters.length > 0) && "…"}
          ${action.scheduled &&
          html`<span class="scheduled" title="Also runs on a schedule">
            <${Icon} name="calendar-clock" /><span class="unseen">, also runs on a schedule</span>
          </span>`}
        </button>`,
      )}
      ${canGet &&
      html`<button class="quiet" onClick=${() => show({ kind: "transfer", operation: "get", server })}>
        <${Icon} name="download" />Get a file…
      </button>`}
      ${canPut &&
      html`<button class="quiet" onClick=${() => show({ kind: "transfer", operation: "put", server })}>
        <${Icon} name="upload" />Put a file…
      </button>`}
      <${Trouble} words=${trouble} />
    </section>`;
  }
}

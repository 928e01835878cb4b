import { html, Component, createRef } from "../html.js";
import { cancel } from "../model/commands.js";
import { CommandCard } from "./command-card.js";
import { Icon } from "./icon.js";

const nearTheEnd = 40;

/** The server's commands, oldest first. Stays scrolled to the end unless the user has scrolled up. */
export class Transcript extends Component {
  scroller = createRef();
  isAtEnd = true;

  componentDidMount() {
    this.follow();
    // Output and progress may change the height without an update of this component.
    this.observer = new ResizeObserver(() => this.follow());
    this.observer.observe(this.scroller.current);
    this.observer.observe(this.scroller.current.firstElementChild);
  }

  componentDidUpdate({ server }) {
    if (server.wantsEnd) {
      server.wantsEnd = false;
      this.isAtEnd = true;
    }
    this.follow();
  }

  componentWillUnmount() {
    this.observer.disconnect();
  }

  follow() {
    const element = this.scroller.current;
    if (this.isAtEnd) element.scrollTop = element.scrollHeight;
  }

  noteScroll = ({ target }) => {
    const isAtEnd = target.scrollHeight - target.scrollTop - target.clientHeight < nearTheEnd;
    if (isAtEnd === this.isAtEnd) return;
    this.isAtEnd = isAtEnd;
    this.setState({});
  };

  toEnd = () => {
    this.isAtEnd = true;
    this.follow();
    this.setState({});
  };

  render({ server }) {
    const { entries, queued } = server;
    return html`<div class="transcript-frame">
      <section
        class="transcript"
        id="commands"
        aria-label="Commands"
        tabindex="0"
        ref=${this.scroller}
        onScroll=${this.noteScroll}
      >
        <div class="entries">
          ${entries.length === 0 && html`<p class="nothing">${server.isLoaded ? "No recent commands." : "Loading …"}</p>`}
          ${entries.map(
            (entry) =>
              html`<${CommandCard}
                key=${`${entry.id} ${entry.receivedAt}`}
                server=${server}
                entry=${entry}
                revision=${entry.revision}
                place=${placeOf(entry, entries)}
              />`,
          )}
        </div>
      </section>
      <div class="transcript-tools">
        ${!this.isAtEnd && html`<button onClick=${this.toEnd}><${Icon} name="arrow-down" />Latest</button>`}
        ${queued > 0 &&
        html`<button onClick=${() => cancel(server, "*").catch(() => {})}>
          <${Icon} name="playlist-remove" />Cancel all (${queued + 1})
        </button>`}
        ${entries.some((entry) => !entry.isPending) &&
        html`<button class="plain" aria-label="Clear the page" title="Clear the page" onClick=${() => server.clear()}>
          <${Icon} name="eraser" />
        </button>`}
      </div>
    </div>`;
  }
}

function placeOf(entry, entries) {
  return entry.phase === "waiting" ? entries.filter((other) => other.phase === "waiting").indexOf(entry) + 1 : 0;
}

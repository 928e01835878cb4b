import { html, Component, createRef } from "../html.js";
import { complete } from "../completion.js";
import { cancel, exec } from "../model/commands.js";
import { changed, show } from "../model/store.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** The command line: an ARIA combobox. Up and down select previous commands, or completions while they are displayed. */
export class Prompt extends Component {
  input = createRef();
  // The index of the recalled command; -1: the text was typed.
  recalled = -1;
  hadCommands = false;
  state = { options: [], active: -1, typed: "", trouble: null };

  componentDidMount() {
    // On a phone, the keyboard would cover the page.
    if (matchMedia("(pointer: fine)").matches) this.input.current?.focus({ preventScroll: true });
  }

  /** The previous commands arrive after the page, perhaps also after the first letters. */
  componentDidUpdate() {
    const { commands } = this.props.server;
    const haveArrived = commands && !this.hadCommands;
    this.hadCommands = Boolean(commands);
    const { typed } = this.state;
    const isTyping = document.activeElement === this.input.current && typed !== "" && typed === this.text;
    if (haveArrived && isTyping) this.setState({ options: complete(commands, typed), active: -1 });
  }

  get text() {
    return this.props.server.draft ?? "";
  }

  set text(text) {
    this.props.server.draft = text;
    changed();
  }

  typed = ({ target }) => {
    this.text = target.value;
    this.recalled = -1;
    const options = complete(this.props.server.commands, target.value);
    this.setState({ options, active: -1, typed: target.value, trouble: null });
  };

  close() {
    this.setState({ options: [], active: -1 });
  }

  async submit() {
    const { server } = this.props;
    const command = this.text;
    if (command.trim() === "") return;
    this.text = "";
    this.recalled = -1;
    this.close();
    try {
      await exec(server, { command });
      this.setState({ trouble: null });
    } catch (refusal) {
      if (this.text === "") this.text = command;
      this.setState({ trouble: refusal.message });
    }
  }

  choose(active) {
    const { options, typed } = this.state;
    this.text = active < 0 ? typed : options[active];
    this.setState({ active });
  }

  recall(step) {
    const commands = this.props.server.commands ?? [];
    const next = Math.max(-1, Math.min(this.recalled + step, commands.length - 1));
    if (next === this.recalled) return;
    if (this.recalled === -1) this.own = this.text;
    this.recalled = next;
    this.text = next === -1 ? this.own : commands[next];
    requestAnimationFrame(() => this.input.current?.setSelectionRange(this.text.length, this.text.length));
  }

  up() {
    const { options, active } = this.state;
    if (options.length === 0) this.recall(1);
    else this.choose(active < 0 ? options.length - 1 : Math.max(active - 1, 0));
  }

  down() {
    const { options, active } = this.state;
    if (options.length === 0) this.recall(-1);
    else if (active >= 0) this.choose(active === options.length - 1 ? -1 : active + 1);
  }

  keyDown = (event) => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const { target, key } = event;
    const isAtEnd = target.selectionStart === this.text.length && target.selectionStart === target.selectionEnd;
    if (event.ctrlKey) {
      const { running } = this.props.server;
      if (key === "c" && running && target.selectionStart === target.selectionEnd) this.stop();
      return;
    }
    if (key === "Enter") this.submit();
    else if (key === "ArrowUp") this.up();
    else if (key === "ArrowDown") this.down();
    else if (key === "ArrowRight" && isAtEnd && this.ghost) this.accept();
    else if (key === "Escape" && this.state.options.length > 0) this.close();
    else if (key === "Escape") this.text = "";
    else return;
    event.preventDefault();
  };

  /** The rest of the best completion. */
  get ghost() {
    const best = this.state.options.at(-1);
    return this.state.active < 0 && best?.startsWith(this.text) ? best.slice(this.text.length) : "";
  }

  accept() {
    this.text += this.ghost;
    this.close();
  }

  stop() {
    const { server } = this.props;
    cancel(server, server.running).catch((refusal) => this.setState({ trouble: refusal.message }));
  }

  // Opens the dialog for a command of several lines.
  paste = (event) => {
    const text = event.clipboardData.getData("text").trim();
    if (!/[\r\n]/.test(text)) return;
    event.preventDefault();
    show({ kind: "command", server: this.props.server, command: this.text + text });
  };

  render({ server }, { options, active, trouble }) {
    if (!server.canExec) return html`<p class="prompt-note">This server allows only named actions.</p>`;
    const isOpen = options.length > 0;
    return html`<form class="prompt" onSubmit=${(event) => (event.preventDefault(), this.submit())}>
      <${Trouble} words=${trouble} />
      <ul id="completions" class="completions" role="listbox" aria-label="Previous commands" hidden=${!isOpen}>
        ${options.map(
          (option, i) => html`<li
            id=${`completion-${i}`}
            key=${option}
            role="option"
            aria-selected=${String(i === active)}
            onMouseDown=${(event) => (event.preventDefault(), this.choose(i), this.close())}
          >
            ${option}
          </li>`,
        )}
      </ul>
      <div class="line">
        <span class="sigil" aria-hidden="true">$</span>
        <span class="field">
          <input
            id="prompt"
            ref=${this.input}
            role="combobox"
            aria-label=${`Command for ${server.id}`}
            aria-autocomplete="list"
            aria-expanded=${String(isOpen)}
            aria-controls="completions"
            aria-activedescendant=${active >= 0 ? `completion-${active}` : undefined}
            placeholder="Type a command"
            autocomplete="off"
            autocapitalize="off"
            autocorrect="off"
            spellcheck=${false}
            enterkeyhint="send"
            value=${this.text}
            onInput=${this.typed}
            onKeyDown=${this.keyDown}
            onPaste=${this.paste}
            onBlur=${() => this.close()}
          />
          <span class="ghost" aria-hidden="true"><span>${this.text}</span>${this.ghost}</span>
        </span>
        <button
          type="button"
          class="plain"
          aria-label="Timeout and input"
          title="Several lines, timeout, standard input"
          onClick=${() => show({ kind: "command", server, command: this.text })}
        >
          <${Icon} name="dots-horizontal" />
        </button>
        ${server.running &&
        html`<button type="button" class="stop" onClick=${() => this.stop()} title="Stop the running command (Ctrl+C)">
          <${Icon} name="stop" /><span class="word">Stop</span>
        </button>`}
        <button class="primary"><${Icon} name="play" /><span class="word">Run</span></button>
      </div>
    </form>`;
  }
}

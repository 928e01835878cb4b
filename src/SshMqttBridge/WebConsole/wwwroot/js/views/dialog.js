import { html, Component, createRef } from "../html.js";
import { changed, store } from "../model/store.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** A modal dialog with a title. The browser keeps the focus inside, closes the dialog on Escape, and restores the focus. */
export class Dialog extends Component {
  element = createRef();

  componentDidMount() {
    this.dialog = store.dialog;
    this.element.current.showModal();
  }

  // The event arrives after closing; another dialog may already be open.
  closed = () => {
    if (store.dialog !== this.dialog) return;
    store.dialog = null;
    changed();
  };

  render({ title, children, wide }) {
    return html`<dialog ref=${this.element} class=${wide ? "wide" : ""} aria-labelledby="dialog-title" onClose=${this.closed}>
      <div class="dialog-head">
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="plain" aria-label="Close" title="Close" onClick=${closeDialog}>
          <${Icon} name="close" />
        </button>
      </div>
      ${children}
    </dialog>`;
  }
}

export const closeDialog = () => document.querySelector("dialog[open]")?.close();

/** A dialog with a form: calls does with the form's data, once at a time, and stays open with the message if that fails. */
export class FormDialog extends Component {
  #isBusy = false;

  submit = async (event) => {
    event.preventDefault();
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.setState({ trouble: null });
    try {
      await this.props.does(new FormData(event.target), event.target);
      closeDialog();
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    } finally {
      this.#isBusy = false;
    }
  };

  render({ title, verb, icon, children }, { trouble }) {
    return html`<${Dialog} title=${title}>
      <form onSubmit=${this.submit}>
        ${children}
        <${Trouble} words=${trouble} />
        <div class="buttons">
          <button type="button" onClick=${closeDialog}>Cancel</button>
          <button class="primary"><${Icon} name=${icon} />${verb}</button>
        </div>
      </form>
    <//>`;
  }
}

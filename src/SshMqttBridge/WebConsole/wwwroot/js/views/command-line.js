import { html } from "../html.js";
import { announce } from "../announce.js";
import { copyText } from "../clipboard.js";
import { Icon } from "./icon.js";

/** A command line to copy. */
export function CommandLine({ text }) {
  const copy = async () => {
    try {
      await copyText(text);
      announce("Command copied.");
    } catch {
      announce("The command was not copied.");
    }
  };
  return html`<p class="command-line">
    <code>${text}</code>
    <button class="small" onClick=${copy}>
      <${Icon} name="content-copy" />Copy<span class="unseen"> the command ${text}</span>
    </button>
  </p>`;
}

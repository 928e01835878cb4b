import { html } from "../html.js";
import { announce } from "../announce.js";
import { Icon } from "./icon.js";

/** A command line to copy. */
export function CommandLine({ text }) {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce("Command copied.");
  };
  return html`<p class="command-line">
    <code>${text}</code>
    ${navigator.clipboard &&
    html`<button class="small" onClick=${copy}>
      <${Icon} name="content-copy" />Copy<span class="unseen"> the command ${text}</span>
    </button>`}
  </p>`;
}

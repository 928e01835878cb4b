import { html } from "../html.js";
import { AnsiReader } from "../ansi.js";
import { Dialog } from "./dialog.js";

const readable = (text) => new AnsiReader().read(text).map((piece) => piece.text).join("");

/** All that a result holds of a command's output, as plain text. */
export function OutputDialog({ result: { command, out, err } }) {
  return html`<${Dialog} title=${command} wide>
    ${out && html`<h3>Standard output</h3><pre tabindex="0" aria-label="Standard output">${readable(out)}</pre>`}
    ${err && html`<h3>Standard error</h3><pre tabindex="0" aria-label="Standard error" class="err">${readable(err)}</pre>`}
  <//>`;
}

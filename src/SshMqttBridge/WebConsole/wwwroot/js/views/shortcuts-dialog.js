import { html } from "../html.js";
import { shortcuts, singleKeys } from "../shortcuts.js";
import { Dialog } from "./dialog.js";

const typing = [
  { keys: ["Enter"], words: "Run the command" },
  { keys: ["↑", "↓"], words: "Previous commands, or the next completion" },
  { keys: ["→"], words: "At the end of the line: accept the completion" },
  { keys: ["Esc"], words: "Close the completions; again: clear the line" },
  { keys: ["Ctrl+C"], words: "Stop the running command, if nothing is selected" },
];
const always = [{ keys: ["Alt+↑", "Alt+↓"], words: "Previous server, next server" }];

export const ShortcutsDialog = () => html`<${Dialog} title="Keyboard shortcuts">
  <h3>In the command line</h3>
  <${List} items=${typing} />
  <h3>Everywhere</h3>
  <${List} items=${always} />
  <h3>Outside text fields</h3>
  <${List} items=${shortcuts} />
  <label class="check">
    <input
      type="checkbox"
      defaultChecked=${singleKeys.areOn}
      onChange=${(event) => (singleKeys.areOn = event.target.checked)}
    />Enable single-key shortcuts
  </label>
  <p class="hint">
    Made with Preact, htm and Material Design Icons: <a href="THIRD-PARTY-NOTICES.txt" target="_blank" rel="noopener">licences</a>.
  </p>
<//>`;

const List = ({ items }) => html`<dl class="keys">
  ${items.map(
    ({ keys, words }) => html`<div key=${words}>
      <dt>${keys.map((key, i) => [i > 0 && " ", html`<kbd>${key}</kbd>`])}</dt>
      <dd>${words}</dd>
    </div>`,
  )}
</dl>`;

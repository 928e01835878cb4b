import { html } from "../html.js";
import { exec } from "../model/commands.js";
import { changed } from "../model/store.js";
import { FormDialog } from "./dialog.js";

/** A command with all its options. */
export function CommandDialog({ server, command }) {
  const does = async (data) => {
    const request = { command: data.get("command").replaceAll("\r\n", "\n"), timeout: Number(data.get("timeout")) };
    const input = data.get("stdin").replaceAll("\r\n", "\n");
    if (input !== "") request.stdin = input;
    await exec(server, request);
    server.draft = "";
    changed();
  };
  return html`<${FormDialog} title=${`Run on ${server.id}`} verb="Run" icon="play" does=${does}>
    <div class="field">
      <label for="long-command">Command</label>
      <textarea
        id="long-command"
        name="command"
        class="code"
        rows="5"
        required
        autofocus
        spellcheck=${false}
        defaultValue=${command}
      ></textarea>
    </div>
    <div class="field">
      <label for="stdin">Standard input</label>
      <textarea id="stdin" name="stdin" class="code" rows="3" spellcheck=${false}></textarea>
    </div>
    <div class="field short">
      <label for="timeout">Timeout in seconds</label>
      <input id="timeout" name="timeout" type="number" min="0.01" max="604800" step="any" required defaultValue="30" />
    </div>
  <//>`;
}

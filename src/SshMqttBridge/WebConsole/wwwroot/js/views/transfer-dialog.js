import { html } from "../html.js";
import { transfer } from "../model/commands.js";
import { FormDialog } from "./dialog.js";

const kinds = {
  get: {
    title: (id) => `Copy a file from ${id}`,
    source: { label: (id) => `File on ${id}`, hint: "An absolute path, or one relative to the user’s home." },
    destination: {
      label: () => "To, on the bridge",
      hint: "Relative to the bridge’s base directory; empty: there, with the same name.",
    },
    verb: "Get",
    icon: "download",
  },
  put: {
    title: (id) => `Copy a file to ${id}`,
    source: { label: () => "File on the bridge", hint: "Relative to the bridge’s base directory." },
    destination: { label: (id) => `To, on ${id}`, hint: "A file or a folder; empty: the user’s home, with the same name." },
    verb: "Put",
    icon: "upload",
  },
};

export function TransferDialog({ server, operation }) {
  const { title, source, destination, verb, icon } = kinds[operation];
  const does = (data) =>
    transfer(server, operation, { source: data.get("source"), destination: data.get("destination") || "./" });
  return html`<${FormDialog} title=${title(server.id)} verb=${verb} icon=${icon} does=${does}>
    <${Path} name="source" label=${source.label(server.id)} hint=${source.hint} isFirst />
    <${Path} name="destination" label=${destination.label(server.id)} hint=${destination.hint} />
  <//>`;
}

function Path({ name, label, hint, isFirst }) {
  return html`<div class="field">
    <label for=${name}>${label}</label>
    <input
      id=${name}
      name=${name}
      class="code"
      required=${isFirst}
      autofocus=${isFirst}
      autocomplete="off"
      autocapitalize="off"
      spellcheck=${false}
      aria-describedby=${`${name}-hint`}
    />
    <p class="hint" id=${`${name}-hint`}>${hint}</p>
  </div>`;
}

import { html, Component } from "../html.js";
import { bytes } from "../format.js";
import { transfer } from "../model/commands.js";
import { isExisting, list, noteGet, upload } from "../model/files.js";
import { store } from "../model/store.js";
import { FormDialog } from "./dialog.js";
import { Progress } from "./progress.js";

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

/** Copies a file between the bridge and a server; from there to the browser or the other way round, if that is allowed. */
export class TransferDialog extends Component {
  /** replaces: the path of the existing file that the user has been asked about. */
  state = { entries: [], folder: "", file: null, source: "", progress: null, replaces: null };
  #upload = new AbortController();
  #offered = null;

  componentDidMount() {
    this.offer("");
  }

  componentWillUnmount() {
    this.#upload.abort();
  }

  /** Offers the names in the folder of a path; without them, the user can still type. */
  async offer(path) {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    if (!store.bridge.files || folder === this.#offered) return;
    this.#offered = folder;
    const { entries } = await list(folder).catch(() => ({ entries: [] }));
    if (folder === this.#offered) this.setState({ folder, entries });
  }

  choose = ({ target }) => {
    const file = target.files[0] ?? null;
    this.setState(({ source }) => ({ file, source: source === "" && file ? file.name : source, replaces: null }));
  };

  does = async (data) => {
    const { server, operation } = this.props;
    const { file } = this.state;
    const source = data.get("source");
    const destination = data.get("destination") || "./";
    if (operation === "put") {
      const path = file ? await this.upload(file, source) : source;
      await transfer(server, operation, { source: path, destination });
      return;
    }
    const target = { path: destination, name: source.slice(source.lastIndexOf("/") + 1) };
    await transfer(server, operation, { source, destination }, (id) => noteGet(id, target, data.get("download") === "on"));
  };

  async upload(file, path) {
    const { signal } = this.#upload;
    try {
      const overwrite = this.state.replaces === path;
      const progressed = (progress) => this.setState({ progress });
      return (await upload(file, { path, name: file.name }, { overwrite, signal, progressed })).path;
    } catch (refusal) {
      if (isExisting(refusal)) this.setState({ replaces: path });
      throw refusal;
    } finally {
      this.setState({ progress: null });
    }
  }

  render({ server, operation }, { entries, folder, file, source, progress, replaces }) {
    const kind = kinds[operation];
    const canUpload = operation === "put" && store.bridge.files;
    const isAsked = file && replaces === source;
    const verb = !file ? kind.verb : isAsked ? "Replace and put" : "Upload and put";
    const offered = (path) => this.offer(path);
    const ofBridge = { list: "bridge-files", offered };
    const changes = (value) => {
      this.setState({ source: value });
      if (operation === "put") offered(value);
    };
    return html`<${FormDialog} title=${kind.title(server.id)} verb=${verb} icon=${kind.icon} does=${this.does}>
      ${canUpload && html`<${Upload} choose=${this.choose} />`}
      <${Path}
        name="source"
        label=${file ? "Its name on the bridge" : kind.source.label(server.id)}
        hint=${kind.source.hint}
        value=${source}
        changes=${changes}
        list=${operation === "put" ? ofBridge.list : undefined}
        isFirst
      />
      <${Path}
        name="destination"
        label=${kind.destination.label(server.id)}
        hint=${kind.destination.hint}
        changes=${operation === "get" ? offered : undefined}
        list=${operation === "get" ? ofBridge.list : undefined}
      />
      <datalist id="bridge-files">
        ${entries.map(({ name, folder: isFolder }) => html`<option value=${`${folder}${name}${isFolder ? "/" : ""}`}></option>`)}
      </datalist>
      ${operation === "get" &&
      store.bridge.files &&
      html`<label class="check"><input type="checkbox" name="download" />Then download it in this browser</label>`}
      ${progress && html`<${Progress} progress=${progress} />`}
    <//>`;
  }
}

const Upload = ({ choose }) => html`<div class="field">
  <label for="upload">File on this device, to upload first</label>
  <input id="upload" type="file" onChange=${choose} aria-describedby="upload-hint" />
  <p class="hint" id="upload-hint">Optional. Up to ${bytes(store.bridge.maxUploadBytes)}.</p>
</div>`;

function Path({ name, label, hint, isFirst, value, changes, list }) {
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
      list=${list}
      value=${value}
      onInput=${changes && (({ target }) => changes(target.value))}
      aria-describedby=${`${name}-hint`}
    />
    <p class="hint" id=${`${name}-hint`}>${hint}</p>
  </div>`;
}

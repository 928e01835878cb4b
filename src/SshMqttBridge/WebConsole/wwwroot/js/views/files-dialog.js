import { html, Component, createRef } from "../html.js";
import { announce } from "../announce.js";
import { bytes, count, time } from "../format.js";
import { download, isExisting, list, upload } from "../model/files.js";
import { store } from "../model/store.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Progress } from "./progress.js";
import { Trouble } from "./trouble.js";

/** The files in the bridge's base directory, one folder at a time: to download, and to add others. */
export class FilesDialog extends Component {
  /** folder: "" or a path that ends in "/". entries: null while the folder is read. replaces: the name that exists already. */
  state = { folder: "", entries: null, more: false, trouble: null, progress: null, replaces: null };
  #upload = null;
  #heading = createRef();

  componentDidMount() {
    this.open("");
  }

  componentWillUnmount() {
    this.#upload?.abort();
  }

  async open(folder) {
    this.setState({ folder, entries: null, more: false, trouble: null, replaces: null });
    await this.reload(folder);
  }

  async reload(folder) {
    try {
      const { entries, more } = await list(folder);
      if (this.state.folder === folder) this.setState({ entries, more });
    } catch (refusal) {
      this.setState({ entries: [], trouble: refusal.message });
    }
  }

  /** The button of the folder disappears with its list. */
  enter = (folder) => {
    this.#heading.current.focus();
    this.open(folder);
  };

  fetch = async (name) => {
    try {
      await download({ path: this.state.folder + name });
      this.setState({ trouble: null });
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
  };

  send = async (event) => {
    event.preventDefault();
    const form = event.target;
    const file = form.elements["new-file"].files[0];
    const { folder, replaces } = this.state;
    if (!file || this.#upload) return;
    this.#upload = new AbortController();
    this.setState({ trouble: null });
    try {
      await upload(file, { path: folder + file.name }, {
        overwrite: replaces === file.name,
        signal: this.#upload.signal,
        progressed: (progress) => this.setState({ progress }),
      });
      form.reset();
      announce(`${file.name} uploaded.`);
      this.setState({ replaces: null });
      await this.reload(folder);
    } catch (refusal) {
      this.setState({ trouble: refusal.message, replaces: isExisting(refusal) ? file.name : null });
    } finally {
      this.#upload = null;
      this.setState({ progress: null });
    }
  };

  render(_, { folder, entries, more, trouble, progress, replaces }) {
    return html`<${Dialog} title="Files on the bridge">
      <div class="folder">
        <h3 tabindex="-1" ref=${this.#heading}>${folder === "" ? "Base directory" : folder}</h3>
        ${folder !== "" && html`<button class="small" onClick=${() => this.enter(parentOf(folder))}>Up one folder</button>`}
      </div>
      <p class="unseen" role="status">${entries && count(entries.length, "entry").replace("entrys", "entries")}</p>
      <ul class="files" tabindex="0" aria-label="Files and folders">
        ${entries?.map((entry) =>
          entry.folder
            ? html`<${Folder} key=${entry.name} ...${entry} enter=${() => this.enter(`${folder}${entry.name}/`)} />`
            : html`<${File} key=${entry.name} ...${entry} fetch=${() => this.fetch(entry.name)} />`,
        )}
      </ul>
      ${entries === null && html`<p class="nothing">Loading …</p>`}
      ${entries?.length === 0 && html`<p class="nothing">No files.</p>`}
      ${more && html`<p class="hint">There are more; only the first ${entries.length} are shown.</p>`}
      <form onSubmit=${this.send}>
        <div class="field">
          <label for="new-file">Add a file to this folder</label>
          <input
            id="new-file"
            type="file"
            required
            aria-describedby="new-file-hint"
            onChange=${() => this.setState({ replaces: null, trouble: null })}
          />
          <p class="hint" id="new-file-hint">Up to ${bytes(store.bridge.maxUploadBytes)}.</p>
        </div>
        ${progress && html`<${Progress} progress=${progress} />`}
        <${Trouble} words=${trouble} />
        <div class="buttons">
          ${progress && html`<button type="button" onClick=${() => this.#upload?.abort()}>Cancel the upload</button>`}
          <button class="primary"><${Icon} name="upload" />${replaces ? "Replace" : "Upload"}</button>
        </div>
      </form>
    <//>`;
  }
}

const parentOf = (folder) => folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);

const Folder = ({ name, enter }) => html`<li>
  <button class="plain name" onClick=${enter}><${Icon} name="folder" />${name}/</button>
</li>`;

const File = ({ name, size, time: modified, fetch }) => html`<li>
  <span class="name">${name}</span>
  <span class="facts">${bytes(size)} · ${time(modified)}</span>
  <button class="small" onClick=${fetch}><${Icon} name="download" />Download<span class="unseen"> ${name}</span></button>
</li>`;

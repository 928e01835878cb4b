// Server-sent events (HTML, section 9.2) as the bridge writes them. Not an EventSource: that one sends no header, and the key is no part of an address.
import { headers } from "../key.js";

export class EventStream {
  #abort = new AbortController();

  /** on(name, data): told of each event. ended(): when there is no more, or there was none; not after close(). */
  constructor(path, on, ended) {
    this.on = on;
    this.#read(path)
      .catch(() => {}) // Its end says it.
      .then(() => this.#abort.signal.aborted || ended());
  }

  close() {
    this.#abort.abort();
  }

  async #read(path) {
    const { signal } = this.#abort;
    const response = await fetch(path, { headers: headers(), cache: "no-store", signal });
    if (!response.ok) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      frames.forEach((frame) => signal.aborted || this.#tell(frame));
    }
  }

  #tell(frame) {
    const found = /^event: (.*)\ndata: (.*)$/.exec(frame);
    if (!found) return; // What is for an EventSource alone.
    try {
      this.on(found[1], JSON.parse(found[2]));
    } catch (error) {
      reportError(error);
    }
  }
}

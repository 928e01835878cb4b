// Reads Server-Sent Events (HTML, section 9.2). Does not use EventSource, which cannot send a header; the key must not be part
// of the URL.
import { headers } from "../key.js";

export class EventStream {
  #abort = new AbortController();

  /** Calls on(name, data) for each event, and ended() at the end of the stream or on failure, but not after close(). */
  constructor(path, on, ended) {
    this.on = on;
    this.#read(path)
      .catch(() => {}) // ended() reports it.
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
      frames.forEach((frame) => signal.aborted || this.#dispatch(frame));
    }
  }

  #dispatch(frame) {
    const found = /^event: (.*)\ndata: (.*)$/.exec(frame);
    if (!found) return; // For EventSource only.
    try {
      this.on(found[1], JSON.parse(found[2]));
    } catch (error) {
      reportError(error);
    }
  }
}

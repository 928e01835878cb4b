// A command as the page knows it: from being accepted to its result.
import { Output } from "../output.js";

// An event carries no more of a result's output; the history has the rest.
const mostOfEvent = 64 * 1024;

export class Entry {
  /** "waiting", "running", "ended", or "unknown": it ended while nobody listened. */
  phase = "waiting";
  result = null;
  /** {bytes, total, rate} of a transfer. */
  progress = null;
  /** When it began to run, in milliseconds since 1970. */
  startedAt = null;
  output = new Output();
  /** Counts changes: what has not changed is not drawn again. */
  revision = 0;

  /** command: what an event or the bridge's state tells of one. */
  constructor({ id, operation, command, action = null, source = null, receivedAt, scheduled = false }) {
    Object.assign(this, { id, operation, command, action, receivedAt });
    this.source = scheduled ? "schedule" : source;
    this.isOpen = this.source !== "schedule";
    this.output.onChange = () => this.touch();
  }

  onTouch = () => {};
  #missedSome = false;

  touch() {
    this.revision++;
    this.onTouch();
  }

  get isPending() {
    return this.phase === "waiting" || this.phase === "running";
  }

  start(since = Date.now()) {
    if (this.phase !== "waiting") return;
    this.phase = "running";
    this.startedAt = since;
    this.touch();
  }

  /** Notes that the page was not there, or not connected, while it printed something. */
  missSome() {
    this.#missedSome = true;
    this.output.isWhole = false;
  }

  /** Takes a result; where the output was not seen from its beginning, the result's stands for it. */
  end(result) {
    this.phase = "ended";
    this.result = result;
    this.action ??= result.action ?? null;
    if (this.output.isEmpty || this.#missedSome) this.#takeOutput(result);
    this.touch();
  }

  #takeOutput({ out, err }) {
    const isCut = out?.length >= mostOfEvent || err?.length >= mostOfEvent;
    if ((!out && !err) || (isCut && !this.output.isEmpty)) return;
    this.output.clear();
    if (out) this.output.append("out", out);
    if (err) this.output.append("err", err);
    this.output.isWhole = !isCut;
  }
}

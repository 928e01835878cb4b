// A command on the page, from being queued to its result.
import { Output } from "../output.js";

// The maximum output of a result in an event; the history has the rest.
const maximumEventOutput = 64 * 1024;

export class Entry {
  /** "waiting", "running", "ended", or "unknown": it ended while the page was not connected. */
  phase = "waiting";
  result = null;
  /** {bytes, total, rate} of a transfer. */
  progress = null;
  /** The start time, in milliseconds since 1970. */
  startedAt = null;
  output = new Output();
  /** Counts changes, so that unchanged entries are not rendered again. */
  revision = 0;

  /** The argument is a command of an event or of the bridge's state. */
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

  /** Notes that the page missed output, because it was not connected. */
  missSome() {
    this.#missedSome = true;
    this.output.isWhole = false;
  }

  /** Sets the result. Uses its output if the page missed some. */
  end(result) {
    this.phase = "ended";
    this.result = result;
    this.action ??= result.action ?? null;
    if (this.output.isEmpty || this.#missedSome) this.#takeOutput(result);
    this.touch();
  }

  #takeOutput({ out, err }) {
    const isCut = out?.length >= maximumEventOutput || err?.length >= maximumEventOutput;
    if ((!out && !err) || (isCut && !this.output.isEmpty)) return;
    this.replaceOutput({ out, err });
    this.output.isWhole = !isCut;
  }

  /** Replaces the output by the complete one. */
  replaceOutput({ out, err }) {
    this.output.clear();
    if (out) this.output.append("out", out);
    if (err) this.output.append("err", err);
    this.output.isWhole = true;
    this.touch();
  }
}

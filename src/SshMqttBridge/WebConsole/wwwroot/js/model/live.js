// The stream of events, with automatic reconnects.
import { EventStream } from "./event-stream.js";

const minimumPause = 500;
const maximumPause = 8000;
// The bridge sends at least a ping every 15 s. After a loss without notice (a proxy, a network, a suspended machine) there is
// only silence.
const maximumSilence = 45000;

export class Live {
  #source = null;
  #timer = null;
  #watchdog = null;
  #pause = minimumPause;
  #stopped = false;

  /** on: hello(data), lost(), and one function for each event's name. */
  constructor(on) {
    this.on = on;
    window.addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retryNow());
  }

  start() {
    this.#stopped = false;
    this.#resetWatchdog();
    const dispatch = (name, data) => {
      this.#resetWatchdog();
      if (name === "hello") this.#pause = minimumPause;
      // A ping only shows that the connection is alive.
      this.on[name]?.(data);
    };
    this.#source = new EventStream("api/events", dispatch, () => this.reconnect());
  }

  stop() {
    this.#stopped = true;
    this.#close();
  }

  /** Closes the stream and reconnects after a pause. */
  reconnect() {
    if (this.#stopped) return;
    this.#close();
    this.on.lost();
    this.#timer = setTimeout(() => this.start(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, maximumPause);
  }

  /** Restarts the watchdog. */
  #resetWatchdog() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.reconnect(), maximumSilence);
  }

  #retryNow() {
    if (this.#timer === null) return;
    this.#close();
    this.start();
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#timer = null;
  }
}

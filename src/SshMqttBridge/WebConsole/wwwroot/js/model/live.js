// The stream of events, which comes back by itself.
import { EventStream } from "./event-stream.js";

const shortestPause = 500;
const longestPause = 8000;
// The bridge sends something every 15 s. A connection that went away without a word (a proxy, a network, a machine that slept) shows by its silence alone.
const longestSilence = 45000;

export class Live {
  #source = null;
  #timer = null;
  #watchdog = null;
  #pause = shortestPause;
  #stopped = false;

  /** on: hello(data), lost(), and one function for each event's name. */
  constructor(on) {
    this.on = on;
    window.addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retryNow());
  }

  start() {
    this.#stopped = false;
    this.#heard();
    const happened = (name, data) => {
      this.#heard();
      if (name === "hello") this.#pause = shortestPause;
      // A ping only shows that the connection stands.
      this.on[name]?.(data);
    };
    this.#source = new EventStream("api/events", happened, () => this.again());
  }

  stop() {
    this.#stopped = true;
    this.#close();
  }

  /** Gives this stream up and begins another one soon. */
  again() {
    if (this.#stopped) return;
    this.#close();
    this.on.lost();
    this.#timer = setTimeout(() => this.start(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, longestPause);
  }

  /** Something came, or may be expected from now on. */
  #heard() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.again(), longestSilence);
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

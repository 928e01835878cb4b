// The stream of events, which comes back by itself.
import { EventStream } from "./event-stream.js";

const shortestPause = 500;
const longestPause = 8000;

export class Live {
  #source = null;
  #timer = null;
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
    const happened = (name, data) => {
      if (name === "hello") this.#pause = shortestPause;
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

  #retryNow() {
    if (this.#timer === null) return;
    this.#close();
    this.start();
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

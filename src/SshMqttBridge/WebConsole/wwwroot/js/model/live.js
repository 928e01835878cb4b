// The stream of events, which comes back by itself.

const names = ["connection", "queue", "accepted", "started", "output", "progress", "ended", "broker"];
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
    const source = new EventSource("api/events");
    this.#source = source;
    source.addEventListener("hello", (event) => {
      this.#pause = shortestPause;
      this.on.hello(JSON.parse(event.data));
    });
    for (const name of names) {
      source.addEventListener(name, (event) => this.on[name](JSON.parse(event.data)));
    }
    // The browser would try again too, but not after every kind of failure, nor soon.
    source.onerror = () => this.again();
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

// A server as the page knows it: its state, and its latest commands in order.
import { Entry } from "./entry.js";

const mostEntries = 60;
const mostWhole = 10;
const linesOfOlder = 200;
const mostCommands = 500;

export class Server {
  /** Entries, oldest first. */
  entries = [];
  /** Commands that ran before, latest first; null: not asked for yet. */
  commands = null;
  /** Whether the recent commands have been fetched. */
  isLoaded = false;
  /** Ids of commands that this page asked for. */
  mine = new Set();
  /** Entries older than that were cleared away by hand. */
  clearedAt = "";

  constructor(id, onTouch) {
    this.id = id;
    this.onTouch = onTouch;
  }

  /** What /api/state says of the server. */
  update({ pending, ...settings }) {
    Object.assign(this, settings);
    const ids = new Set(pending.map((command) => command.id));
    for (const command of pending) {
      const isKnown = this.find(command.id) !== undefined;
      const entry = this.add(command);
      // What it printed until now went by.
      if (command.started && (!isKnown || entry.phase === "running")) entry.missSome();
      // When it began is not told: not before it was received.
      if (command.started) entry.start(Date.parse(command.receivedAt));
    }
    return this.entries.filter((entry) => entry.isPending && !ids.has(entry.id));
  }

  find(id) {
    return this.entries.findLast((entry) => entry.id === id);
  }

  /** The entry of a command, made if it is new; ids may be used again after a while. */
  add(command) {
    const known = this.find(command.id);
    if (known && (known.isPending || known.receivedAt === command.receivedAt)) return known;
    const entry = new Entry(command);
    entry.onTouch = this.onTouch;
    const after = this.entries.findLastIndex((other) => other.receivedAt <= entry.receivedAt);
    this.entries.splice(after + 1, 0, entry);
    this.#bound();
    this.onTouch();
    return entry;
  }

  /** Notes a result, of a command that is known or not. */
  end(result) {
    if (result.receivedAt <= this.clearedAt && !this.find(result.id)) return null;
    const entry = this.add(result);
    if (!entry.result) entry.end(result);
    return entry;
  }

  /** What was run, for the completion; the latest comes first. */
  remember(command) {
    if (this.commands) this.commands = [command, ...this.commands.filter((other) => other !== command)].slice(0, mostCommands);
  }

  clear() {
    const ended = this.entries.filter((entry) => !entry.isPending);
    if (ended.length > 0) this.clearedAt = ended.at(-1).receivedAt;
    this.entries = this.entries.filter((entry) => entry.isPending);
    this.onTouch();
  }

  // The page does not grow with what happens: old entries go, and older ones keep little of their output.
  #bound() {
    while (this.entries.length > mostEntries && !this.entries[0].isPending) this.entries.shift();
    const older = this.entries.at(-mostWhole - 1);
    if (older && !older.isPending) older.output.shorten(linesOfOlder, Infinity);
  }
}

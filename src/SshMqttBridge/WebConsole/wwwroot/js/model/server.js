// A server on the page: its state, and its latest commands in order.
import { Entry } from "./entry.js";

const maximumEntries = 60;
const maximumWhole = 10;
const linesOfOlder = 200;
const maximumCommands = 500;

export class Server {
  /** Entries, oldest first. */
  entries = [];
  /** Previous commands, latest first; null: not loaded yet. */
  commands = null;
  /** Whether the recent commands are loaded. */
  isLoaded = false;
  /** The latest result, without its output; null: unknown. */
  last = null;
  /** Ids of commands that this page sent. */
  mine = new Set();
  /** The user has cleared entries older than this. */
  clearedAt = "";

  constructor(id, onTouch) {
    this.id = id;
    this.onTouch = onTouch;
  }

  /** Updates the server from /api/state. */
  update({ pending, ...settings }) {
    Object.assign(this, settings);
    const ids = new Set(pending.map((command) => command.id));
    for (const command of pending) {
      const isKnown = this.find(command.id) !== undefined;
      const entry = this.add(command);
      // The page missed its output so far.
      if (command.started && (!isKnown || entry.phase === "running")) entry.missSome();
      // The start time is unknown, but not before the receipt.
      if (command.started) entry.start(Date.parse(command.receivedAt));
    }
    return this.entries.filter((entry) => entry.isPending && !ids.has(entry.id));
  }

  find(id) {
    return this.entries.findLast((entry) => entry.id === id);
  }

  /** The entry of a command, created if it is new. Ids may be used again later. */
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

  /** Adds a result of a known or new command. */
  end(result) {
    if (result.receivedAt <= this.clearedAt && !this.find(result.id)) return null;
    const entry = this.add(result);
    if (!entry.result) entry.end(result);
    this.#dropEarlierRuns();
    return entry;
  }

  /** Adds a command to the completions, latest first. */
  remember(command) {
    if (this.commands) this.commands = [command, ...this.commands.filter((other) => other !== command)].slice(0, maximumCommands);
  }

  clear() {
    const ended = this.entries.filter((entry) => !entry.isPending);
    if (ended.length > 0) this.clearedAt = ended.at(-1).receivedAt;
    this.entries = this.entries.filter((entry) => entry.isPending);
    this.onTouch();
  }

  /** Of the ended runs of a schedule, keeps only the latest one: the others would push the work of people out of sight. */
  #dropEarlierRuns() {
    const seen = new Set();
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const { source, action, isPending, isOpen } = this.entries[i];
      // The user is reading an open one.
      if (source !== "schedule" || isPending || isOpen) continue;
      if (seen.has(action)) this.entries.splice(i, 1);
      seen.add(action);
    }
  }

  // Limits the size of the page: removes old entries, and shortens the output of older ones.
  #bound() {
    while (this.entries.length > maximumEntries && !this.entries[0].isPending) this.entries.shift();
    const older = this.entries.at(-maximumWhole - 1);
    if (older && !older.isPending) older.output.shorten(linesOfOlder, Infinity);
  }
}

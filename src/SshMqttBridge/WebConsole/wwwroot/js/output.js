// The live output of a command. To stay responsive, it adds text once per frame, and keeps only the latest lines. Long output is
// folded: only its end is displayed.
import { AnsiReader, plain } from "./ansi.js";
import { bytes as size } from "./format.js";
import { oncePerFrame } from "./frame.js";

export const maximumLines = 5000;
export const maximumCharacters = 1024 * 1024;
/** Folded output displays at least this many of the latest lines. */
export const foldedLines = 200;
const linesPerBlock = 100;
const charactersPerBlock = 64 * 1024;

/** An element of blocks; each contains lines of one stream. Blocks of standard error have a label and a bar. */
export class Output {
  element = document.createElement("div");
  /** The number of removed lines. */
  dropped = 0;
  /** The number of lines that are hidden because the output is folded. */
  hidden = 0;
  /** Whether the page received all of the output: it may connect later, or not keep up. */
  isWhole = true;
  onChange = () => {};

  #readers = { out: new AnsiReader(), err: new AnsiReader() };
  #waiting = [];
  #waitingCharacters = 0;
  #blocks = [];
  #lines = 0;
  #characters = 0;
  #isFolded = true;
  #flushSoon = oncePerFrame(() => this.flush());

  constructor() {
    this.element.className = "output";
  }

  get isEmpty() {
    return this.#blocks.length === 0 && this.#waiting.length === 0;
  }

  get isFolded() {
    return this.#isFolded;
  }

  set isFolded(isFolded) {
    this.#isFolded = isFolded;
    if (isFolded) this.#fold();
    else this.#unfold();
    this.onChange();
  }

  get text() {
    return this.#blocks.map((block) => block.text.textContent).join("");
  }

  append(stream, text) {
    this.#waiting.push({ stream, text });
    this.#waitingCharacters += text.length;
    while (this.#waitingCharacters > maximumCharacters && this.#waiting.length > 1) {
      const skipped = this.#waiting.shift();
      this.#waitingCharacters -= skipped.text.length;
      this.dropped += skipped.text.split("\n").length - 1;
    }
    this.#flushSoon();
  }

  /** Marks a place where the bridge skipped this many bytes. */
  skip(bytes) {
    this.flush();
    this.isWhole = false;
    const block = new Block("gap", true);
    block.add(`… ${size(bytes)} skipped here …`, plain);
    this.#blocks.push(block);
    this.#characters += block.characters;
    this.element.append(block.element);
  }

  /** Adds the text that waits for the next frame. */
  flush() {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    for (const { stream, text } of waiting) {
      for (const piece of this.#readers[stream].read(text)) this.#put(stream, piece);
    }
    this.shorten(maximumLines, maximumCharacters);
    if (this.#isFolded) this.#fold();
    if (waiting.length > 0) this.onChange();
  }

  clear() {
    this.#waiting = [];
    this.#blocks = [];
    this.#lines = this.#characters = this.#waitingCharacters = this.dropped = this.hidden = 0;
    this.#readers = { out: new AnsiReader(), err: new AnsiReader() };
    this.element.replaceChildren();
  }

  /** Removes the oldest blocks until the output is within the limits. */
  shorten(lines, characters) {
    while (this.#blocks.length > 1 && (this.#lines > lines || this.#characters > characters)) {
      const block = this.#blocks.shift();
      this.#lines -= block.lines;
      this.#characters -= block.characters;
      this.dropped += block.lines;
      if (block.element.hidden) this.hidden -= block.lines;
      block.element.remove();
    }
  }

  /** Hides all but the last blocks; those at the beginning may already be hidden. */
  #fold() {
    let first = this.#blocks.length;
    for (let lines = 0; first > 0 && lines < foldedLines; ) lines += Math.max(1, this.#blocks[--first].lines);
    while (first > 0 && !this.#blocks[first - 1].element.hidden) {
      const block = this.#blocks[--first];
      block.element.hidden = true;
      this.hidden += block.lines;
    }
  }

  #unfold() {
    this.#blocks.forEach((block) => (block.element.hidden = false));
    this.hidden = 0;
  }

  #put(stream, { text, style }) {
    for (const line of text.replaceAll("\r\n", "\n").split(/(?<=\n)/)) {
      const block = this.#blockFor(stream);
      block.add(line, style);
      this.#lines += line.endsWith("\n") ? 1 : 0;
      this.#characters += line.length;
    }
  }

  #blockFor(stream) {
    const last = this.#blocks.at(-1);
    if (last?.stream === stream && !last.isFull) return last;
    const isNewRun = last?.stream !== stream;
    const block = new Block(stream, isNewRun);
    this.#blocks.push(block);
    this.element.append(block.element);
    return block;
  }
}

class Block {
  lines = 0;
  characters = 0;
  element = document.createElement("div");
  text = document.createElement("div");
  // Nodes of the unfinished line: a carriage return, as in a progress bar, replaces it.
  #openLine = [];
  #returned = false;

  constructor(stream, isNewRun) {
    this.stream = stream;
    this.element.className = `block ${stream}`;
    this.text.className = "lines";
    if (stream === "err" && isNewRun) {
      const label = document.createElement("span");
      label.className = "label";
      label.textContent = "stderr";
      this.element.append(label);
    }
    this.element.append(this.text);
  }

  get isFull() {
    return this.lines >= linesPerBlock || this.characters >= charactersPerBlock;
  }

  /** Adds a line or a part of one; only its end may be a newline. */
  add(line, style) {
    this.characters += line.length;
    const overwritten = line.lastIndexOf("\r", line.length - 2);
    if (overwritten >= 0 || (this.#returned && line !== "\n")) {
      this.#openLine.forEach((node) => node.remove());
      this.#openLine = [];
    }
    this.#returned = line.endsWith("\r");
    const node = styledNode(line.slice(overwritten + 1, this.#returned ? -1 : undefined), style);
    this.text.append(node);
    this.#openLine.push(node);
    if (line.endsWith("\n")) {
      this.lines++;
      this.#openLine = [];
    }
  }
}

function styledNode(text, { ink, paper, flags }) {
  if (ink === null && paper === null && flags.size === 0) return document.createTextNode(text);
  const span = document.createElement("span");
  span.textContent = text;
  span.classList.add(...flags);
  colour(span, ink, "ink");
  colour(span, paper, "paper");
  return span;
}

function colour(span, value, kind) {
  if (typeof value === "number") span.classList.add(`${kind}-${value}`);
  else if (value !== null) {
    span.classList.add(`own-${kind}`);
    span.style.setProperty(`--${kind}`, value);
  }
}

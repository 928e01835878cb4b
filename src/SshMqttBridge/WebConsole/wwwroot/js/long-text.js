// A long text on the page. It is divided into chunks of lines, and the browser lays out only those in sight.

const linesPerChunk = 500;
const charactersPerChunk = 64 * 1024;

export class LongText {
  #text;
  #chunks = [];
  #marked = null;

  /** Fills the element with the text. */
  constructor(element, text) {
    this.#text = text;
    for (let start = 0; start < text.length; ) {
      const chunk = new Chunk(text, start);
      this.#chunks.push(chunk);
      start = chunk.end;
    }
    element.replaceChildren(...this.#chunks.map((chunk) => chunk.element));
  }

  /** The positions of a text, ignoring case, up to a maximum number. */
  find(words, maximum) {
    const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
    const positions = [];
    for (let found; positions.length < maximum && (found = pattern.exec(this.#text)); ) positions.push(found.index);
    return positions;
  }

  /** Marks a part of the text and scrolls to it; an earlier mark is removed. */
  mark(position, length) {
    this.unmark();
    this.#marked = this.#chunks.findLast((chunk) => chunk.start <= position);
    this.#marked.mark(position, length).scrollIntoView({ block: "center" });
  }

  unmark() {
    this.#marked?.unmark();
    this.#marked = null;
  }
}

class Chunk {
  element = document.createElement("div");
  #text;

  constructor(text, start) {
    this.start = start;
    const { end, lines } = endOf(text, start);
    this.end = end;
    this.#text = text.slice(start, end);
    this.element.className = "chunk";
    this.element.style.containIntrinsicBlockSize = `auto ${lines}lh`;
    this.unmark();
  }

  mark(position, length) {
    const from = position - this.start;
    const mark = document.createElement("mark");
    mark.textContent = this.#text.slice(from, from + length);
    this.element.replaceChildren(this.#text.slice(0, from), mark, this.#text.slice(from + length));
    return mark;
  }

  unmark() {
    this.element.textContent = this.#text;
  }
}

/** A chunk ends with a line, unless the line is very long. */
function endOf(text, start) {
  let [end, lines] = [start, 0];
  while (lines < linesPerChunk) {
    const next = text.indexOf("\n", end) + 1 || text.length;
    if (next - start > charactersPerChunk) {
      return lines > 0 ? { end, lines } : { end: start + charactersPerChunk, lines: 1 };
    }
    lines++;
    end = next;
    if (end === text.length) break;
  }
  return { end, lines };
}

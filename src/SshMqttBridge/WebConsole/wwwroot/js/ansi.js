// Terminal escape sequences: converts colours and styles (SGR) to CSS classes, and removes all others.

const escape = /\x1b(?:\[([0-?]*)([ -/]*[@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])/y;
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]/g;
const maximumEscape = 4096;
const flags = { 1: "bold", 2: "dim", 3: "italic", 4: "underlined", 7: "inverse", 9: "struck" };
const ends = { 22: ["bold", "dim"], 23: ["italic"], 24: ["underlined"], 27: ["inverse"], 29: ["struck"] };
export const plain = { ink: null, paper: null, flags: new Set() };

/** Reads one stream in pieces; a sequence may span several. */
export class AnsiReader {
  #style = plain;
  #rest = "";

  /** @returns {{text: string, style: {ink, paper, flags: Set<string>}}[]} An unchanged style is the same object. */
  read(text) {
    text = this.#rest + text;
    this.#rest = "";
    const pieces = [];
    let position = 0;
    while (position < text.length) {
      const start = text.indexOf("\x1b", position);
      const end = start < 0 ? text.length : start;
      if (end > position) pieces.push({ text: text.slice(position, end).replace(controls, ""), style: this.#style });
      if (start < 0) break;
      escape.lastIndex = start;
      const found = escape.exec(text);
      if (!found) {
        if (text.length - start < maximumEscape) {
          this.#rest = text.slice(start);
          break;
        }
        position = start + 1;
        continue;
      }
      if (found[2] === "m") this.#style = styled(this.#style, found[1]);
      position = escape.lastIndex;
    }
    return pieces;
  }
}

/** The text without escape sequences. */
export const readable = (text) => new AnsiReader().read(text ?? "").map((piece) => piece.text).join("");

/** The terminal's 16 colours become numbers, which select classes of the theme; other colours become CSS values. */
function styled(style, parameters) {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map(Number);
  let { ink, paper } = style;
  const on = new Set(style.flags);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) {
      ink = paper = null;
      on.clear();
    } else if (flags[code]) on.add(flags[code]);
    else if (ends[code]) ends[code].forEach((flag) => on.delete(flag));
    else if (code >= 30 && code <= 37) ink = code - 30;
    else if (code >= 90 && code <= 97) ink = code - 90 + 8;
    else if (code >= 40 && code <= 47) paper = code - 40;
    else if (code >= 100 && code <= 107) paper = code - 100 + 8;
    else if (code === 39) ink = null;
    else if (code === 49) paper = null;
    else if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, i + 1);
      i += used;
      if (code === 38) ink = colour;
      else paper = colour;
    }
  }
  return { ink, paper, flags: on };
}

/** 5;n is a colour of the 256-colour table, 2;r;g;b any colour. */
function extended(codes, at) {
  if (codes[at] === 5) return [fromTable(codes[at + 1]), 2];
  if (codes[at] === 2) return [rgb(codes.slice(at + 1, at + 4)), 4];
  return [null, 1];
}

function fromTable(number) {
  if (!(number >= 0 && number <= 255)) return null;
  if (number < 16) return number;
  if (number >= 232) return rgb(Array(3).fill(8 + (number - 232) * 10));
  const cube = [0, 95, 135, 175, 215, 255];
  return rgb([36, 6, 1].map((size) => cube[Math.floor((number - 16) / size) % 6]));
}

const rgb = (parts) => (parts.length === 3 && parts.every((part) => part >= 0 && part <= 255) ? `rgb(${parts.join(" ")})` : null);

import { html, Component, createRef } from "../html.js";
import { Icon } from "./icon.js";

const maximumMatches = 10000;

/** Finds a text in several LongTexts, one after the other. */
export class FindBar extends Component {
  input = createRef();
  state = { words: "", matches: [], current: -1 };

  componentDidMount() {
    // On a phone, the keyboard would cover the output.
    if (matchMedia("(pointer: fine)").matches) this.input.current.focus();
  }

  find(words) {
    const texts = this.props.texts();
    texts.forEach((text) => text.unmark());
    const matches =
      words === "" ? [] : texts.flatMap((text) => text.find(words, maximumMatches).map((position) => ({ text, position })));
    this.setState({ words, matches, current: -1 }, () => this.step(1));
  }

  step(places) {
    const { words, matches, current } = this.state;
    if (matches.length === 0) return;
    const next = (current + places + matches.length) % matches.length;
    if (current >= 0) matches[current].text.unmark();
    matches[next].text.mark(matches[next].position, words.length);
    this.setState({ current: next });
  }

  keyDown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.step(event.shiftKey ? -1 : 1);
  };

  render(_, { words, matches, current }) {
    return html`<div class="find-bar" role="search">
      <span class="find">
        <${Icon} name="magnify" />
        <input
          type="search"
          aria-label="Find in the output"
          placeholder="Find in the output"
          ref=${this.input}
          value=${words}
          onInput=${({ target }) => this.find(target.value)}
          onKeyDown=${this.keyDown}
        />
      </span>
      <span class="facts" role="status">${words === "" ? "" : countOf(matches.length, current)}</span>
      <button type="button" disabled=${matches.length === 0} onClick=${() => this.step(-1)}>Previous</button>
      <button type="button" disabled=${matches.length === 0} onClick=${() => this.step(1)}>Next</button>
    </div>`;
  }
}

function countOf(matches, current) {
  if (matches === 0) return "not found";
  return `${(current + 1).toLocaleString()} of ${matches.toLocaleString()}${matches >= maximumMatches ? " or more" : ""}`;
}

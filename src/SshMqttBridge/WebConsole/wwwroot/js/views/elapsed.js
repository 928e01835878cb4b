import { html, Component } from "../html.js";
import { duration } from "../format.js";

/** The time since then, updated every second. */
export class Elapsed extends Component {
  componentDidMount() {
    this.timer = setInterval(() => this.setState({}), 1000);
  }

  componentWillUnmount() {
    clearInterval(this.timer);
  }

  render({ since }) {
    const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
    return html`<span class="elapsed">${seconds < 1 ? "" : duration(seconds * 1000).replace(/\.0 s$/, " s")}</span>`;
  }
}

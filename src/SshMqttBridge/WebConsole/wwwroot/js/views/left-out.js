import { html } from "../html.js";
import { count } from "../format.js";

/** What an output does not display, with a button for it. showAll displays the stored output; false: there is none. */
export function LeftOut({ output, showAll }) {
  const { dropped, hidden, isWhole, isFolded } = output;
  const isHere = isWhole && dropped === 0;
  if (isHere && hidden === 0 && isFolded) return null;
  const words = isWhole ? dropped + hidden > 0 && `${count(dropped + hidden, "earlier line")} not shown.` : "The output is incomplete.";
  const toggle = () => (output.isFolded = !isFolded);
  return html`<p class="left-out">
    ${words}${" "}
    ${!isHere && showAll
      ? html`<button class="link" onClick=${showAll}>Show all</button>`
      : hidden > 0 && html`<button class="link" onClick=${toggle}>${isHere ? "Show all" : "Show more"}</button>`}
    ${!isFolded && html`<button class="link" onClick=${toggle}>Show less</button>`}
  </p>`;
}

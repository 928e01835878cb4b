import { html } from "../html.js";
import { actionIcon, Icon } from "./icon.js";

/** A button that runs an action. While favourites are chosen, it makes the action a favourite instead. */
export function ActionButton({ action, isFavourite, isChoosing, press }) {
  const asks = action.confirm || action.parameters.length > 0;
  return html`<button class="action" aria-pressed=${isChoosing ? String(isFavourite) : undefined} onClick=${press}>
    ${isChoosing
      ? html`<span class="star" aria-hidden="true">${isFavourite ? "★" : "☆"}</span>`
      : html`<${Icon} name=${actionIcon(action.icon)} />`}
    ${action.title ?? action.name}${asks && !isChoosing && "…"}
    ${action.scheduled &&
    html`<span class="scheduled" title="Also runs on a schedule">
      <${Icon} name="calendar-clock" /><span class="unseen">, also runs on a schedule</span>
    </span>`}
  </button>`;
}

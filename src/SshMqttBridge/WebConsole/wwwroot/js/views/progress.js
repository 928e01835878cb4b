import { html } from "../html.js";
import { bytes, duration } from "../format.js";

/** How much of a file has been copied. rate: bytes per second. */
export function Progress({ progress: { bytes: moved, total, rate } }) {
  const left = rate > 0 ? ` · ${duration(((total - moved) / rate) * 1000)} left` : "";
  const words = `${bytes(moved)} of ${bytes(total)} · ${bytes(rate)}/s${left}`;
  return html`<div class="progress">
    <progress value=${moved} max=${Math.max(total, 1)} aria-label=${words}></progress><span>${words}</span>
  </div>`;
}

import { html } from "../html.js";

const actionIcons = new Set(
  `account backup-restore bell broom camera chart-line cloud-upload cog console database desktop-tower docker fan file-document
  flash folder gauge harddisk home information lan lightbulb lightbulb-outline lock lock-open memory monitor monitor-off nas
  package-up pause-circle play play-circle power power-plug power-sleep printer raspberry-pi refresh reload restart
  rocket-launch router-wireless script-text server shield sleep speedometer stop stop-circle sync television television-off
  thermometer trash-can update volume-high web wifi wrench`.split(/\s+/),
);

/** An icon of vendor/mdi in the text's colour, hidden from screen readers. */
export const Icon = ({ name }) =>
  html`<span class="icon" aria-hidden="true" style=${{ maskImage: `url("vendor/mdi/${name}.svg")` }}></span>`;

/** An action's icon, for example "mdi:restart"; a default one if it is not included. */
export function actionIcon(icon) {
  const name = icon?.replace(/^mdi:/, "");
  return actionIcons.has(name) ? name : "play";
}

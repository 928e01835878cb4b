import { html } from "../html.js";

const actionIcons = new Set(
  `account backup-restore bell broom camera chart-line cloud-upload cog console database desktop-tower docker fan file-document flash folder gauge harddisk
  home information lan lightbulb lightbulb-outline lock lock-open memory monitor monitor-off nas package-up pause-circle play play-circle power power-plug
  power-sleep printer raspberry-pi refresh reload restart rocket-launch router-wireless script-text server shield sleep speedometer stop stop-circle sync
  television television-off thermometer trash-can update volume-high web wifi wrench`.split(/\s+/),
);

/** One of vendor/mdi, in the text's colour; it says nothing to a screen reader. */
export const Icon = ({ name }) =>
  html`<span class="icon" aria-hidden="true" style=${{ maskImage: `url("vendor/mdi/${name}.svg")` }}></span>`;

/** An action's icon, "mdi:restart"; a general one for those that are not shipped. */
export function actionIcon(icon) {
  const name = icon?.replace(/^mdi:/, "");
  return actionIcons.has(name) ? name : "play";
}

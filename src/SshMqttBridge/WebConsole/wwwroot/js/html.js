// Preact without a build step: html`<p class=${x}>…</p>` creates elements. A value in ${…} becomes text or an attribute,
// never markup.
import { Component, createRef, h, render } from "../vendor/preact/preact.js";
import htm from "../vendor/htm/htm.js";

export const html = htm.bind(h);
export { Component, createRef, render };

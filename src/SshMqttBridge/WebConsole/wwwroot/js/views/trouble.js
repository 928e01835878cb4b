import { html } from "../html.js";

/** An error message, announced immediately. */
export const Trouble = ({ words }) => html`<span class="refusal" role="alert">${words}</span>`;

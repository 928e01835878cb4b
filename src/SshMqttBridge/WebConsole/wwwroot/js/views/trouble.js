import { html } from "../html.js";

/** Why something was not done; said at once. */
export const Trouble = ({ words }) => html`<span class="refusal" role="alert">${words}</span>`;

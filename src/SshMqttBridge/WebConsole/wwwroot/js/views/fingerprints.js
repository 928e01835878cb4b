import { html } from "../html.js";

/** The expected and the presented fingerprint of a refused host key. */
export const Fingerprints = ({ hostKey: { expected, presented } }) => html`<dl class="fingerprints">
  <dt>Expected</dt>
  <dd><code>${expected ?? "no key"}</code></dd>
  <dt>Presented</dt>
  <dd><code>${presented}</code></dd>
</dl>`;

// All that the page shows. Whoever changes it says so; the page is drawn anew before the next frame.
import { oncePerFrame } from "../frame.js";

export const store = {
  /** "starting", "signedOut" or "signedIn". */
  session: "starting",
  /** Whether events arrive: "live", "lost", or "back" for a moment after the bridge was restarted. */
  link: "live",
  /** {version, startedAt, broker}. */
  bridge: null,
  /** Server objects by id, in the bridge's order. */
  servers: new Map(),
  /** {server: id, page: "console" | "history"}. */
  route: { server: null, page: "console" },
  /** The one dialog that is open: {kind, …}. */
  dialog: null,
};

let draw = () => {};

export const changed = oncePerFrame(() => draw());

export function onChange(callback) {
  draw = callback;
}

export function show(dialog) {
  store.dialog = dialog;
  changed();
}

export const currentServer = () => store.servers.get(store.route.server);

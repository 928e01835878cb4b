// The state of the page. After a change, call changed(): it renders the page before the next frame.
import { oncePerFrame } from "../frame.js";

export const store = {
  /** "starting", "signedOut" or "signedIn". */
  session: "starting",
  /** The event stream: "live", "lost", or "back" for a short time after a restart of the bridge. */
  link: "live",
  /** {version, startedAt, broker, files, maxUploadBytes}; files: whether the base directory is available to the browser. */
  bridge: null,
  /**
   * Null: the bridge is alone. Otherwise {instance, isLeader, broker, leader, since, others: [{instance, state}]}; leader and since
   * may be null.
   */
  group: null,
  /** Server objects by id, in the bridge's order. */
  servers: new Map(),
  /** {server: id, page: "console" | "history"}. No server: the overview, or {page: "settings", of: id or null}. */
  route: { server: null, page: "console" },
  /** The open dialog: {kind, …}. */
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

/** "online" or "offline". A standby of a group has only the connection to its group. */
export const brokerState = () => (store.group ?? store.bridge).broker;

export const currentServer = () => store.servers.get(store.route.server);

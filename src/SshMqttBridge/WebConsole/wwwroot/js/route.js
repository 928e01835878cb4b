// The URL after #: /server or /server/history, / for all servers, /~settings or /~settings/server; for bookmarks and the back
// button.
import { changed, store } from "./model/store.js";

export const overviewAddress = "#/";

// Not the id of a server.
const settings = "~settings";

export const addressOf = (server, page = "console") => `#/${encodeURIComponent(server)}${page === "history" ? "/history" : ""}`;

export function read() {
  const [, server, page] = location.hash.split("/");
  if (server === settings) {
    const of = page ? decodeURIComponent(page) : null;
    store.route = { server: null, page: "settings", of: store.servers.has(of) ? of : null };
    changed();
    return;
  }
  const id = server ? decodeURIComponent(server) : null;
  // An old bookmark may contain a server that no longer exists.
  if (store.servers.has(id)) store.route = { server: id, page: page === "history" ? "history" : "console" };
  else store.route = { server: theOnlyServer(), page: "console" };
  changed();
}

/** Null: there are several, and the overview is the start page. */
const theOnlyServer = () => (store.servers.size === 1 ? store.servers.keys().next().value : null);

export function go(server, page) {
  location.hash = addressOf(server, page);
}

/** server: an id; "": the settings of the bridge. */
export function goToSettings(server = "") {
  location.hash = `#/${settings}${server && `/${encodeURIComponent(server)}`}`;
}

window.addEventListener("hashchange", read);

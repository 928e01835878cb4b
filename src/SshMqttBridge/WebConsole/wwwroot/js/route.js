// The URL after #: /server or /server/history, for bookmarks and the back button.
import { changed, store } from "./model/store.js";

export const addressOf = (server, page = "console") => `#/${encodeURIComponent(server)}${page === "history" ? "/history" : ""}`;

export function read() {
  const [, server, page] = location.hash.split("/");
  const id = server ? decodeURIComponent(server) : null;
  // An old bookmark may contain a server that no longer exists.
  const isKnown = store.servers.has(id) || store.servers.size === 0;
  store.route = {
    server: isKnown ? id : store.servers.keys().next().value,
    page: page === "history" ? "history" : "console",
  };
  changed();
}

export function go(server, page) {
  location.hash = addressOf(server, page);
}

window.addEventListener("hashchange", read);

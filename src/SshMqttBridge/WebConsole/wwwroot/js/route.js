// The address after #: /server or /server/history. So that a page can be kept as a bookmark, and "back" works.
import { changed, store } from "./model/store.js";

export const addressOf = (server, page = "console") => `#/${encodeURIComponent(server)}${page === "history" ? "/history" : ""}`;

export function read() {
  const [, server, page] = location.hash.split("/");
  const id = server ? decodeURIComponent(server) : null;
  // An old bookmark may name a server that is no more.
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

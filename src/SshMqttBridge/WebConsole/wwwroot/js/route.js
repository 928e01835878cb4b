// The address after #: /server or /server/history. So that a page can be kept as a bookmark, and "back" works.
import { changed, store } from "./model/store.js";

export const addressOf = (server, page = "console") => `#/${encodeURIComponent(server)}${page === "history" ? "/history" : ""}`;

export function read() {
  const [, server, page] = location.hash.split("/");
  store.route = {
    server: server ? decodeURIComponent(server) : (store.servers.keys().next().value ?? null),
    page: page === "history" ? "history" : "console",
  };
  changed();
}

export function go(server, page) {
  location.hash = addressOf(server, page);
}

window.addEventListener("hashchange", read);

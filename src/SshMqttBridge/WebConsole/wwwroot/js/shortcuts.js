// Shortcuts of the whole page. Those without Alt can be turned off, and do not work in text fields (WCAG 2.1.4).
import { currentServer, show, store } from "./model/store.js";
import { go, overviewAddress } from "./route.js";

export const shortcuts = [
  {
    keys: ["/"],
    words: "Go to the command line, or to the search",
    does: () => (document.getElementById("prompt") ?? document.getElementById("search"))?.focus(),
  },
  { keys: ["o"], words: "Show all servers", does: () => (location.hash = overviewAddress) },
  { keys: ["h"], words: "Search the history", does: () => currentServer() && go(store.route.server, "history") },
  { keys: ["c"], words: "Show the console", does: () => currentServer() && go(store.route.server) },
  { keys: ["a"], words: "Search the actions", does: () => document.getElementById("action-search")?.focus() },
  { keys: ["g"], words: "Copy a file from the server", does: () => transfer("get") },
  { keys: ["p"], words: "Copy a file to the server", does: () => transfer("put") },
  { keys: ["?"], words: "Show these shortcuts", does: () => show({ kind: "shortcuts" }) },
];

export const singleKeys = {
  get areOn() {
    return localStorage.getItem("single-keys") !== "off";
  },
  set areOn(on) {
    localStorage.setItem("single-keys", on ? "on" : "off");
  },
};

function transfer(operation) {
  const server = currentServer();
  if (server?.[operation === "get" ? "canGet" : "canPut"]) show({ kind: "transfer", operation, server });
}

/** Goes to the server this many places further down the list. */
function step(places) {
  const ids = [...store.servers.keys()];
  const next = ids[ids.indexOf(store.route.server) + places];
  if (next) go(next, store.route.page);
}

const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

window.addEventListener("keydown", (event) => {
  if (store.session !== "signedIn" || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey) return;
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    step(event.key === "ArrowUp" ? -1 : 1);
  } else if (!event.altKey && singleKeys.areOn && !isTyping(event.target)) {
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!shortcut) return;
    event.preventDefault();
    shortcut.does();
  }
});

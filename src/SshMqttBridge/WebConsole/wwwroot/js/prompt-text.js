// What stands in a server's command line is kept while another page is looked at; anybody may put something into it.
import { changed } from "./model/store.js";
import { go } from "./route.js";

export function fillPrompt(server, text) {
  server.draft = text;
  go(server.id);
  changed();
  // The page of another server, or the history, gives way to the console first.
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("prompt")?.focus()));
}

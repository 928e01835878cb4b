// The text of a server's command line, which is kept while another page is displayed.
import { changed } from "./model/store.js";
import { go } from "./route.js";

export function fillPrompt(server, text) {
  server.draft = text;
  go(server.id);
  changed();
  // The console of this server must be displayed first.
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("prompt")?.focus()));
}

// What a user asks of a server. Each throws a Refusal with what to tell him.
import { api } from "../api.js";
import { changed } from "./store.js";

/** A command's id, made here: what is told of the command may come before the answer, and is known for this page's own. */
function newId(server) {
  const id = `web-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (number) => number.toString(36)).join("")}`;
  server.mine.add(id);
  // Whoever asks for something wants to see it.
  server.wantsEnd = true;
  changed();
  return id;
}

export const exec = (server, request) => api.exec(server.id, { ...request, id: newId(server) });
export const run = (server, action, args) => api.run(server.id, action.name, { args, id: newId(server) });
export const transfer = (server, operation, request) => api.transfer(server.id, operation, { ...request, id: newId(server) });
export const cancel = (server, id) => api.cancel(server.id, id);
export const connect = (server, wanted) => api.connection(server.id, wanted);

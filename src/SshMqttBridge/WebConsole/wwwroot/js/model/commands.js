// What a user asks of a server. Each throws a Refusal with what to tell him.
import { api } from "../api.js";
import { changed } from "./store.js";

async function ask(server, request) {
  try {
    server.mine.add((await request).id);
  } catch (refusal) {
    if (refusal.id) server.mine.add(refusal.id);
    throw refusal;
  } finally {
    // Whoever asks for something wants to see it; and what was there before the answer came is this page's own now.
    server.wantsEnd = true;
    server.entries.at(-1)?.touch();
    changed();
  }
}

export const exec = (server, request) => ask(server, api.exec(server.id, request));
export const run = (server, action, args) => ask(server, api.run(server.id, action.name, args));
export const transfer = (server, operation, request) => ask(server, api.transfer(server.id, operation, request));
export const cancel = (server, id) => api.cancel(server.id, id);
export const connect = (server, wanted) => api.connection(server.id, wanted);

// The commands of the user. Each throws a Refusal with a message for the user.
import { api } from "../api.js";
import { changed } from "./store.js";

/** Generates a command's id here, because events of the command may arrive before the response. */
function newId(server) {
  const id = `web-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (number) => number.toString(36)).join("")}`;
  server.mine.add(id);
  // Scrolls to the new command.
  server.wantsEnd = true;
  changed();
  return id;
}

export const exec = (server, request) => api.exec(server.id, { ...request, id: newId(server) });

// More requests at a time would only wait in the browser.
const maximumRequests = 6;

/**
 * Runs a command on several servers: fills in the id of each run, or the refusal, a message for the user. Calls noted after each
 * response.
 */
export async function execOnMany(runs, request, noted) {
  const waiting = [...runs];
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      run.id = newId(run.server);
      try {
        await api.exec(run.server.id, { ...request, id: run.id });
      } catch (refusal) {
        run.refusal = refusal.message;
      }
      noted();
    }
  };
  await Promise.all(Array.from({ length: maximumRequests }, work));
}

export const run = (server, action, args) => api.run(server.id, action.name, { args, id: newId(server) });

/** request: {source, destination}. sending(id) is called before the request is sent, as its end may arrive before the response. */
export function transfer(server, operation, request, sending = () => {}) {
  const id = newId(server);
  sending(id);
  return api.transfer(server.id, operation, { ...request, id });
}

/** Accepts a host key that was refused; the bridge then connects. */
export const trust = (server, fingerprint) => api.trust(server.id, fingerprint);
export const cancel = (server, id) => api.cancel(server.id, id);
export const connect = (server, wanted) => api.connection(server.id, wanted);

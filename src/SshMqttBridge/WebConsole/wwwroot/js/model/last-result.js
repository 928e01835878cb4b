// The latest result of each server, for the overview.
import { api } from "../api.js";
import { isTransfer } from "../titles.js";
import { changed, store } from "./store.js";

/**
 * Notes the result of a command that ran on the server or was to run there, unless a later one is known. Not one that finds out
 * what an action has set: its exit status is the answer to a question.
 */
export function noteLast(server, result) {
  if (result.findsState || (result.operation !== "exec" && !isTransfer(result.operation))) return;
  if (server.last && server.last.receivedAt > result.receivedAt) return;
  const { out, err, ...rest } = result;
  server.last = rest;
}

/** Loads the latest results from the journal. */
export async function loadLast() {
  try {
    const { results } = await api.last();
    for (const result of results) {
      const server = store.servers.get(result.server);
      if (server) noteLast(server, result);
    }
    changed();
  } catch {
    // They remain unknown until the next command ends.
  }
}

/** When the command ended, in milliseconds since 1970. */
export const endOf = ({ receivedAt, queuedMs, durationMs }) => Date.parse(receivedAt) + queuedMs + durationMs;

import { api } from "../api.js";

const longestQuery = 200;

/** A command's result with all that the bridge has kept of its output; undefined if it has it no longer. */
export async function wholeResult(server, { id, command, receivedAt }) {
  const { entries } = await api.history({ server: server.id, q: command.slice(0, longestQuery), limit: 100 });
  return entries.find((result) => result.id === id && result.receivedAt === receivedAt);
}

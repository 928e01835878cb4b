import { api } from "../api.js";

/** A command's result with all that the bridge has kept of its output; null if it has it no longer. */
export async function wholeResult(server, entry) {
  try {
    return await api.result(server.id, entry);
  } catch (refusal) {
    if (refusal.status === 404) return null;
    throw refusal;
  }
}

import { api } from "../api.js";

/** A command's result with all of its stored output; null if it is no longer stored. */
export async function wholeResult(server, entry) {
  try {
    return await api.result(server.id, entry);
  } catch (refusal) {
    if (refusal.status === 404) return null;
    throw refusal;
  }
}

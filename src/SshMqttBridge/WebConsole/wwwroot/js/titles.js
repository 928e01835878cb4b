/** The title of a command: of an action, its title; otherwise its text. */
export function titleOf(server, { action, operation, command }) {
  if (!action) return operation === "exec" ? (command ?? "(unreadable)") : `${operation} ${command ?? ""}`;
  return server?.actions?.find(({ name }) => name === action)?.title ?? action;
}

export const isTransfer = (operation) => operation === "get" || operation === "put";

const sources = { mqtt: "MQTT", schedule: "Schedule", "web-console": "Other console" };

/** The source of a command; null for one of this page. */
export function sourceOf(server, entry) {
  return server.mine.has(entry.id) ? null : (sources[entry.source] ?? null);
}

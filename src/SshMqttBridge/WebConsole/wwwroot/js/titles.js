/** What people call a command: an action by its title, others by what they do. */
export function titleOf(server, { action, operation, command }) {
  if (!action) return operation === "exec" ? (command ?? "(unreadable)") : `${operation} ${command ?? ""}`;
  return server?.actions?.find(({ name }) => name === action)?.title ?? action;
}

export const isTransfer = (operation) => operation === "get" || operation === "put";

const sources = { mqtt: "MQTT", schedule: "Schedule", "web-console": "Other console" };

/** Who asked for it; nothing for what this page did. */
export function sourceOf(server, entry) {
  return server.mine.has(entry.id) ? null : (sources[entry.source] ?? null);
}

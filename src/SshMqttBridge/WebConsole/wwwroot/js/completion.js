const maximumCount = 8;

/** Previous commands that start with the text, or contain it. The best is last, next to the command line. */
export function complete(commands, text) {
  const typed = text.trim().toLowerCase();
  if (typed === "" || !commands) return [];
  const candidates = commands.filter((command) => command !== text && !command.includes("\n"));
  const begin = candidates.filter((command) => command.toLowerCase().startsWith(typed));
  const contain = candidates.filter((command) => !begin.includes(command) && command.toLowerCase().includes(typed));
  return [...begin, ...contain].slice(0, maximumCount).reverse();
}

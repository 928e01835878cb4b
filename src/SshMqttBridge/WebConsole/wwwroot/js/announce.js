const place = () => document.getElementById("status");

/** Has a screen reader say it when it has nothing better to say. Only for what somebody waits for: not for floods. */
export function announce(text) {
  place().textContent = "";
  setTimeout(() => (place().textContent = text), 50);
}

/** The end of a command, with the beginning of what it printed. */
export function announceEnd(title, words, output) {
  const beginning = output.trim().slice(0, 300);
  announce(`${title}: ${words}. ${beginning}`);
}

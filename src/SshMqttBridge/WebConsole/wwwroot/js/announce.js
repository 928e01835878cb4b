const place = () => document.getElementById("status");

/** Announces a text to screen readers, politely. Only for results that the user waits for, not for output. */
export function announce(text) {
  place().textContent = "";
  setTimeout(() => (place().textContent = text), 50);
}

/** Announces the end of a command, with the beginning of its output. */
export function announceEnd(title, words, output) {
  const beginning = output.trim().slice(0, 300);
  announce(`${title}: ${words}. ${beginning}`);
}

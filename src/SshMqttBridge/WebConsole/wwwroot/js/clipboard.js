/**
 * Copies a text. Without TLS, browsers have no clipboard for scripts, but they still copy what is selected, soon after the user has
 * pressed a button.
 */
export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  // The rest of the page cannot be selected while a dialog is open.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  if (!isCopied) throw new Error("The browser did not copy the text.");
}

/** Saves a text as a file of the browser. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  save(url, name.replace(/[^\w.-]+/g, "_"));
  URL.revokeObjectURL(url);
}

/** Lets the browser load an address as a file. */
export function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

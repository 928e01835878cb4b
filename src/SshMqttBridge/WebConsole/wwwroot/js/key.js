// The page's half of a session. Cookies do not distinguish ports, so other servers on this machine may receive the session's
// cookie; they cannot read the storage of this page.

const header = "X-Console-Key";
// Includes the page's path: a proxy may serve several consoles under one host.
const name = `console-key ${new URL(".", location).pathname}`;

export const headers = () => {
  const key = localStorage.getItem(name);
  return key === null ? {} : { [header]: key };
};

/** Stores the key of a response, if it has one. */
export function keep(response) {
  const key = response.headers.get(header);
  if (key !== null) localStorage.setItem(name, key);
}

export const forget = () => localStorage.removeItem(name);

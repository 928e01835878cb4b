// The page's half of a session. Cookies know no ports, so other servers of this machine may see the session's; what is stored here they may not.

const header = "X-Console-Key";
// By the page's folder: a proxy may have several consoles under one name.
const name = `console-key ${new URL(".", location).pathname}`;

export const headers = () => {
  const key = localStorage.getItem(name);
  return key === null ? {} : { [header]: key };
};

/** Keeps the key that an answer gives, if it does. */
export function keep(response) {
  const key = response.headers.get(header);
  if (key !== null) localStorage.setItem(name, key);
}

export const forget = () => localStorage.removeItem(name);

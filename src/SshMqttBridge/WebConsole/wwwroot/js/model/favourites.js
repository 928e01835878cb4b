// The user's favourite actions of each server, kept in this browser.

// Includes the page's path: a proxy may serve several consoles under one host.
const name = `favourites ${new URL(".", location).pathname}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {}; // Not written by this page.
  }
}

/** The names of the favourite actions. */
export const favouritesOf = (server) => new Set(read()[server.id] ?? []);

/** Makes an action a favourite, or no longer one. */
export function toggleFavourite(server, action) {
  const favourites = favouritesOf(server);
  if (!favourites.delete(action.name)) favourites.add(action.name);
  localStorage.setItem(name, JSON.stringify({ ...read(), [server.id]: [...favourites] }));
}

// A classic script, so that the page does not flash in the wrong theme. "auto" follows the system.
"use strict";
window.theme = {
  names: ["auto", "light", "dark"],
  get: () => localStorage.getItem("theme") ?? "auto",
  set(name) {
    localStorage.setItem("theme", name);
    document.documentElement.dataset.theme = name;
  },
};
document.documentElement.dataset.theme = window.theme.get();

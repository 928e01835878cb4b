// A classic script, so that the page never flashes in the other theme. "auto" follows the system; css/base.css has both.
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

// A classic script. If a module of the page cannot be loaded, for example because the bridge restarts, the browser does not try again,
// and nothing else of the page runs: this loads the page again as soon as the bridge responds.
"use strict";
addEventListener(
  "error",
  ({ target }) => {
    if (!(target instanceof HTMLScriptElement && target.type === "module")) return;
    const retry = () => setTimeout(load, 2000);
    const load = () => fetch(".", { cache: "no-store" }).then(({ ok }) => (ok ? location.reload() : retry()), retry);
    const words = document.createElement("main");
    words.className = "starting";
    words.textContent = "The page could not be loaded. Trying again …";
    document.getElementById("app").replaceChildren(words);
    retry();
  },
  // The error of a script does not bubble.
  true,
);

import { html } from "../html.js";
import { isStale } from "../model/connection.js";
import { currentServer, store } from "../model/store.js";
import { Banner } from "./banner.js";
import { DialogOf } from "./dialogs.js";
import { Group } from "./group.js";
import { Header } from "./header.js";
import { Overview } from "./overview.js";
import { ServerList } from "./server-list.js";
import { ServerPage } from "./server-page.js";
import { Settings } from "./settings.js";
import { SignIn } from "./sign-in.js";

export function App() {
  if (store.session === "signedOut") return html`<${SignIn} />`;
  if (store.bridge === null) {
    return html`<main class="starting">
      ${store.link === "lost" ? html`<${Banner} />` : html`<p>Connecting to the bridge …</p>`}
    </main>`;
  }
  const server = currentServer();
  const isSettings = store.route.page === "settings";
  const isOverview = !server && !isSettings && store.servers.size > 0;
  const title = server?.id ?? (isSettings ? "Settings" : isOverview ? "All servers" : null);
  document.title = title ? `${title} – SSH console` : "SSH console";
  document.body.classList.toggle("stale", isStale());
  return html`
    <${SkipLink} server=${server} />
    <${Header} />
    <${Group} />
    <${Banner} />
    ${isSettings
      ? html`<${Settings} server=${store.route.of} />`
      : isOverview
      ? html`<${Overview} />`
      : html`<div class="columns">
          <${ServerList} />
          ${server
            ? html`<${ServerPage} key=${server.id} server=${server} />`
            : html`<main><p class="nothing">The bridge has no servers.</p></main>`}
        </div>`}
    <${DialogOf} dialog=${store.dialog} />
  `;
}

function SkipLink({ server }) {
  if (!server) return null;
  const id = store.route.page === "history" ? "search" : server.canExec ? "prompt" : "commands";
  const skip = (event) => {
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
  return html`<a class="skip" href=${`#${id}`} onClick=${skip}>Skip the servers</a>`;
}

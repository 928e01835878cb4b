import { html } from "../html.js";
import { signOut } from "../model/session.js";
import { brokerState, changed, show, store } from "../model/store.js";
import { goToSettings } from "../route.js";
import { Icon } from "./icon.js";

const themes = {
  auto: { icon: "circle-half-full", words: "system", next: "light" },
  light: { icon: "white-balance-sunny", words: "light", next: "dark" },
  dark: { icon: "weather-night", words: "dark", next: "auto" },
};

export function Header() {
  const { version } = store.bridge;
  const broker = store.link === "lost" ? "unknown" : brokerState();
  return html`<header class="top">
    <a class="brand" href="#/" aria-label="SshMqttBridge console">
      <img src="favicon.svg" alt="" width="24" height="24" /><span>SshMqttBridge</span>
    </a>
    <span class="version">${version}</span>
    <span class="room"></span>
    <span class=${`state ${broker}`} title="The bridge's connection to the MQTT broker">
      <i class="dot" aria-hidden="true"></i>MQTT ${broker}
    </span>
    ${store.bridge.files &&
    html`<button class="plain" aria-label="Files" title="Files on the bridge" onClick=${() => show({ kind: "files" })}>
      <${Icon} name="folder" />
    </button>`}
    <button class="plain" aria-label="Settings" title="Settings" onClick=${() => goToSettings()}><${Icon} name="cog" /></button>
    <${ThemeButton} />
    <button
      class="plain"
      aria-label="Keyboard shortcuts"
      title="Keyboard shortcuts (?)"
      onClick=${() => show({ kind: "shortcuts" })}
    >
      <${Icon} name="keyboard-outline" />
    </button>
    <button class="plain" aria-label="Sign out" title="Sign out" onClick=${signOut}><${Icon} name="logout" /></button>
  </header>`;
}

function ThemeButton() {
  const { icon, words, next } = themes[window.theme.get()] ?? themes.auto;
  const change = () => {
    window.theme.set(next);
    changed();
  };
  return html`<button class="plain" aria-label=${`Colours: ${words}`} title=${`Colours: ${words}`} onClick=${change}>
    <${Icon} name=${icon} />
  </button>`;
}

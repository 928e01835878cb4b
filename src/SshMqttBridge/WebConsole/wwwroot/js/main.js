import { html, render } from "./html.js";
import { begin } from "./model/session.js";
import { onChange } from "./model/store.js";
import { read } from "./route.js";
import "./shortcuts.js";
import { App } from "./views/app.js";

const place = document.getElementById("app");
const draw = () => render(html`<${App} />`, place);

onChange(draw);
read();
draw();
begin();

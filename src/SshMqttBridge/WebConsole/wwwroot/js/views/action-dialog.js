import { html } from "../html.js";
import { run } from "../model/commands.js";
import { FormDialog } from "./dialog.js";
import { actionIcon } from "./icon.js";

/** Asks for confirmation and the arguments of an action. */
export function ActionDialog({ server, action }) {
  const title = action.title ?? action.name;
  const does = (_, form) => run(server, action, argumentsOf(action, form));
  return html`<${FormDialog} title=${title} verb=${`Run on ${server.id}`} icon=${actionIcon(action.icon)} does=${does}>
    ${action.confirm && html`<p class="confirm">${action.confirm}</p>`}
    ${action.parameters.map((parameter, i) => html`<${Field} key=${parameter.name} parameter=${parameter} isFirst=${i === 0} />`)}
  <//>`;
}

function argumentsOf({ parameters }, form) {
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.name, valueOf(parameter, form.elements[`parameter-${parameter.name}`])]),
  );
}

function valueOf({ type }, { value, valueAsNumber, checked }) {
  if (type === "boolean") return checked;
  return type === "integer" || type === "number" ? valueAsNumber : value;
}

function Field({ parameter, isFirst }) {
  const { name, title, type } = parameter;
  const id = `parameter-${name}`;
  const hint = hintOf(parameter);
  const common = { id, name: id, autofocus: isFirst, "aria-describedby": hint ? `${id}-hint` : undefined };
  if (type === "boolean") {
    return html`<label class="check">
      <input type="checkbox" ...${common} defaultChecked=${String(parameter.default) === "true"} />${title ?? name}
    </label>`;
  }
  return html`<div class="field">
    <label for=${id}>${title ?? name}</label>
    <${Input} parameter=${parameter} common=${common} />
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

function Input({ parameter, common }) {
  const { type, min, max, maxLength, choices } = parameter;
  const given = parameter.default ?? "";
  if (type === "choice") {
    return html`<select ...${common}>
      ${choices.map((choice) => html`<option selected=${choice === given}>${choice}</option>`)}
    </select>`;
  }
  if (type === "text") {
    return html`<input
      type="text"
      ...${common}
      maxlength=${maxLength}
      defaultValue=${given}
      autocomplete="off"
      spellcheck=${false}
    />`;
  }
  return html`<input
    type="number"
    ...${common}
    required
    min=${min}
    max=${max}
    step=${type === "integer" ? 1 : "any"}
    defaultValue=${given}
  />`;
}

function hintOf({ type, min, max, pattern }) {
  const hasMin = min !== null && min !== undefined;
  const hasMax = max !== null && max !== undefined;
  if (type === "text") return pattern ? `Must match ${pattern}` : null;
  if (hasMin && hasMax) return `From ${min} to ${max}`;
  if (hasMin) return `At least ${min}`;
  return hasMax ? `At most ${max}` : null;
}

import { html, Component, createRef } from "../html.js";
import { count } from "../format.js";
import { run } from "../model/commands.js";
import { favouritesOf, toggleFavourite } from "../model/favourites.js";
import { show } from "../model/store.js";
import { ActionButton } from "./action-button.js";
import { Icon } from "./icon.js";
import { Trouble } from "./trouble.js";

/** From this number on, there are a search and favourites. */
const manyActions = 10;

/** The server's named actions, and the transfers, as buttons. */
export class Actions extends Component {
  element = createRef();
  state = { words: "", isChoosing: false, showsAll: false, trouble: null };

  async press(action) {
    const { server } = this.props;
    if (action.confirm || action.parameters.length > 0) {
      show({ kind: "action", server, action });
      return;
    }
    try {
      await run(server, action, {});
      this.setState({ trouble: null });
    } catch (refusal) {
      this.setState({ trouble: refusal.message });
    }
  }

  choose(action) {
    toggleFavourite(this.props.server, action);
    this.setState({});
  }

  toFirst = (event) => {
    event.preventDefault();
    this.element.current.querySelector("button.action")?.focus();
  };

  render({ server }, { words, isChoosing, showsAll, trouble }) {
    const { actions, canGet, canPut } = server;
    if (actions.length === 0 && !canGet && !canPut) return null;
    const isMany = actions.length >= manyActions;
    const favourites = isMany ? favouritesOf(server) : new Set();
    const shown = shownOf(actions, favourites, { words, isAll: isChoosing || showsAll });
    return html`<section class="actions" aria-label="Actions" ref=${this.element}>
      ${isMany && this.tools(shown.length)}
      ${groupsOf(actions, shown, favourites).map(
        ([name, members]) => html`<${ActionGroup} key=${name ?? ""} name=${name}>
          ${members.map((action) => this.button(action, favourites.has(action.name)))}
        <//>`,
      )}
      ${!isChoosing && this.more(shown.length, favourites.size)}
      ${(canGet || canPut) &&
      html`<${ActionGroup} name=${actions.some(({ group }) => group !== null) ? "Files" : null}>
        ${canGet && html`<${TransferButton} server=${server} operation="get" icon="download" title="Get a file…" />`}
        ${canPut && html`<${TransferButton} server=${server} operation="put" icon="upload" title="Put a file…" />`}
      <//>`}
      <${Trouble} words=${trouble} />
    </section>`;
  }

  button(action, isFavourite) {
    const { isChoosing } = this.state;
    return html`<${ActionButton}
      key=${action.name}
      action=${action}
      isFavourite=${isFavourite}
      isChoosing=${isChoosing}
      press=${() => (isChoosing ? this.choose(action) : this.press(action))}
    />`;
  }

  tools(shown) {
    const { words, isChoosing } = this.state;
    return html`<form class="find" role="search" onSubmit=${this.toFirst}>
        <${Icon} name="magnify" />
        <input
          id="action-search"
          type="search"
          aria-label="Search the actions"
          placeholder="Search the actions"
          value=${words}
          onInput=${({ target }) => this.setState({ words: target.value })}
        />
      </form>
      <button
        class="plain"
        aria-pressed=${String(isChoosing)}
        onClick=${() => this.setState({ isChoosing: !isChoosing, words: "" })}
      >
        <span aria-hidden="true">★</span>${isChoosing ? "Done" : "Favourites"}
      </button>
      <span class="unseen" role="status">${words && `${count(shown, "action")} shown`}</span>`;
  }

  /** Only favourites are shown at first, if there are any. */
  more(shown, favourites) {
    const { words, showsAll } = this.state;
    const { actions } = this.props.server;
    if (words !== "" || favourites === 0 || (!showsAll && shown === actions.length)) return null;
    return html`<button class="quiet" aria-expanded=${String(showsAll)} onClick=${() => this.setState({ showsAll: !showsAll })}>
      ${showsAll ? "Only favourites" : `All ${actions.length} actions`}
    </button>`;
  }
}

function TransferButton({ server, operation, icon, title }) {
  return html`<button class="quiet" onClick=${() => show({ kind: "transfer", operation, server })}>
    <${Icon} name=${icon} />${title}
  </button>`;
}

function ActionGroup({ name, children }) {
  if (name === null) return children;
  return html`<div class="action-group" role="group" aria-label=${name}>
    <span class="name" aria-hidden="true">${name}</span>
    ${children}
  </div>`;
}

/** The actions by their groups, in the order of the configuration: first those without a group. Favourites are one of their own. */
function groupsOf(actions, shown, favourites) {
  if (actions.every(({ group }) => group === null)) return [[null, shown]];
  const of = (action) => (favourites.has(action.name) ? "Favourites" : action.group);
  const groups = new Map([[favourites.size > 0 ? "Favourites" : null, []], [null, []]]);
  for (const action of shown) {
    if (!groups.has(of(action))) groups.set(of(action), []);
    groups.get(of(action)).push(action);
  }
  return [...groups].filter(([, members]) => members.length > 0);
}

const textOf = ({ name, title, group }) => `${title ?? ""} ${name} ${group ?? ""}`.toLowerCase();

/** The actions to show: those that match the words, or the favourites, or all with the favourites first. */
function shownOf(actions, favourites, { words, isAll }) {
  const wanted = words.trim().toLowerCase();
  if (wanted !== "") return actions.filter((action) => textOf(action).includes(wanted));
  const [chosen, others] = [true, false].map((is) => actions.filter(({ name }) => favourites.has(name) === is));
  return isAll || chosen.length === 0 ? [...chosen, ...others] : chosen;
}

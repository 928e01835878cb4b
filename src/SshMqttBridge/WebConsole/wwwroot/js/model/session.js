// Signs in and out, and keeps the store in sync with the bridge.
import { announce, announceEnd } from "../announce.js";
import { api } from "../api.js";
import { forget } from "../key.js";
import { explanation, facts, outcome } from "../outcome.js";
import { read } from "../route.js";
import { titleOf } from "../titles.js";
import { downloadOf, fetchedBy } from "./files.js";
import { loadLast, noteLast } from "./last-result.js";
import { Live } from "./live.js";
import { Server } from "./server.js";
import { changed, currentServer, store } from "./store.js";
import { wholeResult } from "./whole-result.js";

const recentEntries = 20;
const backIsShownFor = 6000;

// Events that arrive before the bridge's state after (re)connecting; null: the state has arrived.
let early = null;
let startedAt = null;

const later = (handle) => (data) => {
  if (early) early.push(() => handle(data));
  else handle(data);
  changed();
};

const of = (handle) => later((data) => store.servers.has(data.server) && handle(store.servers.get(data.server), data));

const live = new Live({
  hello,
  lost,
  reloaded: () => hello({ startedAt }),
  broker: later(({ state }) => (store.bridge.broker = state)),
  group: later(regroup),
  connection: of((server, { server: id, ...connection }) => Object.assign(server, connection)),
  queue: of((server, { running, queued }) => Object.assign(server, { running, queued })),
  accepted: of((server, command) => server.add(command)),
  started: of((server, command) => {
    server.add(command).start();
    if (command.operation === "exec" && !command.action) server.remember(command.command);
  }),
  output: of((server, { id, stream, text, skipped }) => {
    const entry = server.find(id);
    if (!entry) return;
    if (skipped) entry.output.skip(skipped);
    entry.output.append(stream, text);
  }),
  progress: of((server, { id, ...progress }) => {
    const entry = server.find(id);
    if (!entry?.isPending) return;
    entry.progress = progress;
    entry.touch();
  }),
  ended: of(ended),
});

/** Starts, if the browser has a session. */
export async function begin() {
  try {
    await api.hasSession();
    signedIn();
  } catch (refusal) {
    if (refusal.status === 401) {
      store.session = "signedOut";
    } else {
      store.link = "lost";
      setTimeout(begin, 2000);
    }
  }
  changed();
}

export async function signIn(token) {
  await api.signIn(token);
  signedIn();
}

export async function signOut() {
  live.stop();
  await api.signOut();
  forget();
  // Discards all data of the page.
  location.reload();
}

/** Loads the history of a server's page, once. */
export async function load(server) {
  if (server.isLoaded) return;
  server.isLoaded = true;
  try {
    const recent = (scheduled) => api.history({ server: server.id, limit: recentEntries, scheduled });
    const [others, scheduled, commands] = await Promise.all([recent(false), recent(true), api.commands(server.id)]);
    [...others.entries, ...scheduled.entries].forEach((result) => server.end(result));
    server.commands = commands.commands;
  } catch (refusal) {
    server.isLoaded = false;
    if (refusal.status === 401) signedOut();
  }
  changed();
}

function signedIn() {
  store.session = "signedIn";
  live.start();
  changed();
}

function signedOut() {
  live.stop();
  store.session = "signedOut";
  store.link = "live";
  changed();
}

async function hello(bridge) {
  const isRestart = startedAt !== null && startedAt !== bridge.startedAt;
  const events = [];
  early = events;
  try {
    const state = await api.state();
    if (early !== events) return; // Reconnected in the meantime.
    take(state);
    early = null;
    events.forEach((event) => event());
    store.link = isRestart ? "back" : "live";
    if (isRestart) setTimeout(() => store.link === "back" && ((store.link = "live"), changed()), backIsShownFor);
    startedAt = bridge.startedAt;
  } catch (refusal) {
    if (early !== events) return;
    if (refusal.status === 401) signedOut();
    else live.reconnect();
  }
  changed();
}

function take({ bridge, group, servers }) {
  store.bridge = bridge;
  store.group = group ?? null;
  store.servers = new Map(servers.map(({ id }) => [id, store.servers.get(id) ?? new Server(id, changed)]));
  for (const settings of servers) {
    const missed = store.servers.get(settings.id).update(settings);
    if (missed.length > 0) findOut(settings.id, missed);
  }
  read();
  loadLast();
}

function regroup(group) {
  // The banner announces the opposite.
  if (group.isLeader && !store.group?.isLeader) announce(`${group.instance} leads the group.`);
  store.group = group;
}

/** Loads the results of commands that ended while the page was not connected. */
async function findOut(id, missed) {
  let results = [];
  try {
    results = (await api.history({ server: id, limit: 100 })).entries;
  } catch {
    // Their end remains unknown.
  }
  for (const entry of missed) {
    const result = results.find((candidate) => candidate.id === entry.id);
    entry.missSome();
    if (result) entry.end(result);
    else if (entry.isPending) {
      entry.phase = "unknown";
      entry.touch();
    }
  }
}

function ended(server, result) {
  // A command that the bridge did not accept says nothing about the server.
  if (server.find(result.id)?.isPending) noteLast(server, result);
  const entry = server.end(result);
  if (entry && !entry.output.isWhole && server === currentServer()) showWhole(server, entry);
  if (entry && server.mine.has(result.id)) {
    const words = [outcome(result).word, facts(result), explanation(result)].filter(Boolean).join(", ");
    announceEnd(titleOf(server, entry), words, result.out || result.err || "");
    if (result.status === "succeeded" && fetchedBy(entry)?.isWanted) downloadOf(entry);
  }
}

/** Loads the complete output after the bridge skipped some. */
async function showWhole(server, entry) {
  try {
    const result = await wholeResult(server, entry);
    if (result && !result.truncated) entry.replaceOutput(result);
  } catch {
    // The output remains marked as incomplete.
  }
}

async function lost() {
  early = null;
  store.link = "lost";
  changed();
  try {
    await api.hasSession();
  } catch (refusal) {
    if (refusal.status === 401) signedOut();
  }
}

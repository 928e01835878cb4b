// The bridge's HTTP interface. URLs are relative, so that a reverse proxy can serve the page under a path.
import { headers, keep } from "./key.js";

/** An error response; its message is for the user. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// The page shows nothing until these requests end, and makes them again if they fail; a request that hangs would leave it empty.
const startLimit = 30_000;

async function call(method, path, body, limit) {
  const abort = new AbortController();
  const timer = limit && setTimeout(() => abort.abort(), limit);
  let response;
  let text;
  try {
    response = await fetch(`api/${path}`, {
      method,
      headers: { ...headers(), ...(body !== undefined && { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
    });
    text = await response.text();
  } catch {
    throw new Refusal(0, "The bridge is unreachable.");
  } finally {
    clearTimeout(timer);
  }
  keep(response);
  const answer = text.startsWith("{") ? JSON.parse(text) : {};
  if (!response.ok) {
    throw new Refusal(response.status, answer.message ?? messageFor(response));
  }
  return answer;
}

/** Sends a file; fetch() reports no progress. progress(bytes) is called while it is sent. */
function send(path, file, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `api/${path}`);
    Object.entries(headers()).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onload = () => {
      const response = { status: request.status, headers: { get: (name) => request.getResponseHeader(name) } };
      keep(response);
      const text = request.responseText;
      const answer = text.startsWith("{") ? JSON.parse(text) : {};
      if (request.status < 300) resolve(answer);
      else reject(new Refusal(request.status, answer.message ?? messageFor(response)));
    };
    request.onerror = () => reject(new Refusal(0, "The connection to the bridge was lost during the upload."));
    request.onabort = () => reject(new Refusal(0, "The upload was cancelled."));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function messageFor(response) {
  if (response.status === 401) return "Not signed in.";
  if (response.status === 429) {
    return `Too many attempts. Try again in ${response.headers.get("Retry-After") ?? "a few"} seconds.`;
  }
  return `The bridge responded with HTTP status ${response.status}.`;
}

const server = (id) => `servers/${encodeURIComponent(id)}`;

export const api = {
  hasSession: () => call("GET", "session", undefined, startLimit),
  signIn: (token) => call("POST", "session", { token }),
  signOut: () => call("DELETE", "session"),
  state: () => call("GET", "state", undefined, startLimit),
  exec: (id, request) => call("POST", `${server(id)}/exec`, request),
  run: (id, action, request) => call("POST", `${server(id)}/run/${encodeURIComponent(action)}`, request),
  /** operation: "get" or "put". */
  transfer: (id, operation, request) => call("POST", `${server(id)}/${operation}`, request),
  /** {applied, message} */
  reload: () => call("POST", "reload", {}),
  /** The configuration in force, of the bridge (null) or of a server: {file, sections: [{path, settings}]}. */
  settings: (id) => call("GET", `settings?${new URLSearchParams(id === null ? {} : { server: id })}`),
  /** One level of the bridge's base directory. */
  files: (folder) => call("GET", `files?${new URLSearchParams({ folder })}`),
  /** Throws a Refusal if the file could not be uploaded. target: {path, name}; the name is used if the path is a folder. */
  checkUpload: (target, size) => call("POST", "files/check", { ...target, size }),
  /** options: {overwrite, progress(bytes), signal}. */
  upload: (file, target, { overwrite, ...options }) =>
    send(`files?${new URLSearchParams({ ...target, overwrite })}`, file, options),
  /** A link that the browser can load once, as a file. */
  downloadLink: (target) => call("POST", "downloads", target),
  /** Accepts the refused host key with this fingerprint. */
  trust: (id, fingerprint) => call("POST", `${server(id)}/trust`, { fingerprint }),
  cancel: (id, command) => call("POST", `${server(id)}/cancel`, { id: command }),
  /** wanted: "open" or "close". */
  connection: (id, wanted) => call("POST", `${server(id)}/connection`, { state: wanted }),
  /** query: server, q, status, failed, scheduled, action, limit, before (from the last response). */
  history: (query) => call("GET", `history?${new URLSearchParams(query)}`),
  /** One result with all of its stored output. */
  result: (id, { id: command, receivedAt }) =>
    call("GET", `history/${encodeURIComponent(id)}/${encodeURIComponent(command)}?${new URLSearchParams({ receivedAt })}`),
  /** The latest result of each server, without its output. */
  last: () => call("GET", "history/last"),
  commands: (id) => call("GET", `history/commands?${new URLSearchParams({ server: id })}`),
};

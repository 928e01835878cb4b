// The files in the bridge's base directory: uploads and downloads. Each function throws a Refusal with a message for the user.
import { announce } from "../announce.js";
import { api, Refusal } from "../api.js";
import { save } from "../download.js";
import { bytes } from "../format.js";
import { store } from "./store.js";

/** One folder: {entries: [{name, folder, size, time}], more}. */
export const list = (folder) => api.files(folder);

/** Whether the file exists on the bridge already, and the user has to decide. */
export const isExisting = ({ status }) => status === 409;

/**
 * Uploads a file of the browser. target: {path, name}; the name is used if the path is a folder. options: {overwrite, signal,
 * progressed({bytes, total, rate})}. Returns {path, size}.
 */
export async function upload(file, target, { overwrite, signal, progressed }) {
  const limit = store.bridge.maxUploadBytes;
  if (file.size > limit) {
    throw new Refusal(413, `${file.name} has ${bytes(file.size)}; the bridge accepts up to ${bytes(limit)}.`);
  }
  const check = async () => {
    try {
      await api.checkUpload(target, file.size);
    } catch (refusal) {
      if (!overwrite || !isExisting(refusal)) throw refusal;
    }
  };
  await check();
  const begin = performance.now();
  const progress = (moved) =>
    progressed({ bytes: moved, total: file.size, rate: moved / Math.max((performance.now() - begin) / 1000, 0.1) });
  progress(0);
  try {
    return await api.upload(file, target, { overwrite, progress, signal });
  } catch (refusal) {
    // The browser does not show the answer if the bridge ends the connection: ask for the cause, for example a full disk.
    if (refusal.status === 0 && !signal.aborted) await check();
    throw refusal;
  }
}

/** Lets the browser download a file. target: {path, name}; the name is used if the path is a folder. */
export async function download(target) {
  const { url, name } = await api.downloadLink(target);
  save(url, name);
  announce(`Download of ${name} started.`);
}

/** The files that a get of this page copies to the bridge, by the command's id: {target, isWanted, trouble}. */
const fetched = new Map();

/** Notes the file of a get; isWanted: the browser downloads it as soon as it is on the bridge. */
export const noteGet = (id, target, isWanted) => fetched.set(id, { target, isWanted, trouble: null });

export const fetchedBy = (entry) => fetched.get(entry.id);

/** Downloads the file of a get. */
export async function downloadOf(entry) {
  const file = fetchedBy(entry);
  try {
    await download(file.target);
    file.trouble = null;
  } catch (refusal) {
    file.trouble = refusal.message;
    announce(refusal.message);
  }
  entry.touch();
}

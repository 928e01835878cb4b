// How a command ended: a word, an icon and a tone; never only a colour.
import { bytes, duration } from "./format.js";

const outcomes = {
  succeeded: { word: "succeeded", icon: "check-circle-outline", tone: "good" },
  failed: { word: "failed", icon: "close-circle-outline", tone: "bad" },
  timedOut: { word: "timed out", icon: "timer-off-outline", tone: "bad" },
  cancelled: { word: "cancelled", icon: "cancel", tone: "soft" },
  rejected: { word: "rejected", icon: "alert-circle-outline", tone: "bad" },
  expired: { word: "expired", icon: "timer-off-outline", tone: "soft" },
  lost: { word: "connection lost", icon: "link-variant-off", tone: "bad" },
};

export const statuses = Object.entries(outcomes).map(([status, { word }]) => ({ status, word }));

const off = { word: "off", icon: "check-circle-outline", tone: "good" };

export const outcome = (result) =>
  result.saysOff ? off : outcomes[result.status] ?? { word: result.status, icon: "help-circle-outline", tone: "soft" };

/** The bridge's message, unless there is an exit status. */
export const explanation = ({ message, exit }) => (exit === null || exit === undefined ? message : null);

/** "exit 0 · 12 ms", "4.0 MiB · 1.2 s". */
export function facts(result) {
  const facts = [];
  if (result.exit !== null && result.exit !== undefined) facts.push(`exit ${result.exit}`);
  if (result.signal) facts.push(`signal ${result.signal}`);
  if (typeof result.bytes === "number") facts.push(bytes(result.bytes));
  const hasRun =
    result.status !== "rejected" && result.status !== "expired" && (result.status !== "cancelled" || result.durationMs > 0);
  if (hasRun) facts.push(duration(result.durationMs));
  return facts.join(" · ");
}

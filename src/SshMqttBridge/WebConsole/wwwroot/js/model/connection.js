// A server's connection in words. The bridge sends a stable code if the server is offline (OfflineReason), and the last failure.
import { brokerState, store } from "./store.js";

const reasons = {
  connect: { words: "unreachable", isTrouble: true },
  authentication: { words: "authentication failed", isTrouble: true },
  hostKey: { words: "host key refused", isTrouble: true },
  lost: { words: "connection lost", isTrouble: true },
  connecting: { words: "connecting", hint: "No attempt has succeeded or failed yet." },
  notTried: { words: "not tried yet", hint: "Connects when needed." },
  onDemand: { words: "connects when needed" },
  closed: { words: "disconnected on request", hint: "The next command connects it again." },
  inactive: { words: "disconnected while inactive", hint: "The bridge is not connected to the broker, or stands by." },
  servedElsewhere: { words: "served by another bridge" },
};

// A server that sleeps ends its connection; with on-demand connections, nothing is wrong with that.
const lostOnDemand = { words: "connects when needed", hint: "The last connection was lost." };

/**
 * The state of the connection: {words, hint, message, isTrouble, isOnline}. While the page is not connected to the bridge, it is
 * the last known one.
 */
export function connectionOf({ connection, reason, message, onDemand }) {
  if (connection === "online") return { words: "online", isOnline: true, isTrouble: false };
  const known = onDemand && reason === "lost" ? lostOnDemand : reasons[reason];
  return { words: "offline", hint: null, isTrouble: false, ...known, message, isOnline: false };
}

/** How the state looks: "online", "offline", "trouble" or, without the bridge, "unknown". */
export function toneOf(server) {
  if (!isKnown()) return "unknown";
  const { isOnline, isTrouble } = connectionOf(server);
  return isOnline ? "online" : isTrouble ? "trouble" : "offline";
}

/** Whether the last known state of the servers may be out of date, or their results do not reach the broker. */
export const isStale = () => store.link === "lost" || brokerState() === "offline";

/** Whether the page knows the state of the servers. */
export const isKnown = () => store.link !== "lost";

// A search of the history, page after page. With failures first, the bridge is asked for the failures, and then for the others.
import { api } from "../api.js";

const perPage = 50;
// One answer may be almost empty: the bridge reads only a part of its journal for each.
const maximumRequests = 5;

export class HistoryPages {
  entries = [];
  #query;
  #failed;
  #before = null;
  #hasMore = true;

  constructor({ failuresFirst, ...query }) {
    this.#query = query;
    this.#failed = failuresFirst ? true : null;
  }

  get hasMore() {
    return this.#hasMore;
  }

  /** The number of failures in front of the others; null: they are not in front, or not all known yet. */
  failures = null;

  /** Loads the next page. */
  async more() {
    const wanted = this.entries.length + perPage;
    for (let i = 0; i < maximumRequests && this.#hasMore && this.entries.length < wanted; i++) {
      await this.#request(wanted - this.entries.length);
    }
  }

  async #request(limit) {
    const query = { ...this.#query, limit };
    if (this.#failed !== null) query.failed = this.#failed;
    if (this.#before !== null) query.before = this.#before;
    const { entries, before } = await api.history(query);
    this.entries = [...this.entries, ...entries];
    this.#before = before;
    if (before !== null) return;
    this.#hasMore = this.#failed === true;
    if (this.#hasMore) {
      this.#failed = false;
      this.failures = this.entries.length;
    }
  }
}

/** Fetches a range of the past; the newest request wins. */
import { call } from "../lib/api.js";

/** @param {string} url */
export function createSeries(url) {
  let running = null;
  return async function fetchRange(range) {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const series = await call(`${url}?range=${encodeURIComponent(range)}`, { signal: mine.signal });
    // A faster answer to an older question must not overwrite the newer one.
    return running === mine ? series : null;
  };
}

/** Reading something again and again: each second while it is wanted, less often while it fails. */
import { Refused, call } from "../lib/api.js";
import { backoff } from "../live/backoff.js";

const EVERY = 1000; // ms

/**
 * Stops while the page is hidden, and for good once `take` returns false or the session has ended.
 * @param {string} url @param {(answer: any) => boolean} take @param {() => number} [random]
 */
export function poll(url, take, random = Math.random) {
  let failures = 0;
  let timer = 0;
  let over = false;

  async function look() {
    clearTimeout(timer);
    if (over || document.hidden) return;
    try {
      over = !take(await call(url, { timeout: 4000 }));
      failures = 0;
    } catch (error) {
      // The link's banner says that the server is away; signed out is the one thing that stays so.
      if (error instanceof Refused && [401, 403, 404].includes(error.status)) over = true;
      failures += 1;
    }
    if (!over) timer = setTimeout(look, waitOf(failures, random));
  }

  document.addEventListener("visibilitychange", look);
  look();
  return { look };
}

/** How long until the next look, in ms. @param {number} failures in a row @param {() => number} random 0..1 */
export function waitOf(failures, random) {
  return failures ? Math.max(EVERY, backoff(failures, random)) : EVERY;
}

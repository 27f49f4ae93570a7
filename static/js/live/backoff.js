const FIRST = 500;
const MOST = 5000;

/**
 * Milliseconds to wait before the next attempt: doubling, at most 5 s, spread over its upper half so that
 * two hundred consoles don't come back in the same instant.
 * @param {number} attempt 0 for the first @param {() => number} random 0..1
 */
export function backoff(attempt, random) {
  const top = Math.min(MOST, FIRST * 2 ** Math.min(attempt, 10));
  return Math.round(top / 2 + (random() * top) / 2);
}

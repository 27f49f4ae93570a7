/** Asks what a fault would cost, at most a few times a second while a slider moves; the newest question wins. */
import { call } from "../lib/api.js";

const WAIT = 70; // ms

/** @param {string} url */
export function createForecast(url) {
  let timer = 0;
  let running = null;

  /** @param {{errorRate: number, latencyMs: number, dependencyErrorRate?: number, dependencyLatencyMs?: number, ttlSeconds: number}} fault @param {(forecast: any | null) => void} done null when there is no answer */
  return function ask({ errorRate, latencyMs, dependencyErrorRate = 0, dependencyLatencyMs = 0, ttlSeconds }, done) {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      try {
        const query = new URLSearchParams({ errorRate, latencyMs, dependencyErrorRate, dependencyLatencyMs, ttlSeconds });
        done(await call(`${url}?${query}`, { signal: mine.signal, timeout: 4000 }));
      } catch {
        // Superseded, or no answer: a dash says so, and the fault can be set all the same.
        if (running === mine) done(null);
      }
    }, WAIT);
  };
}

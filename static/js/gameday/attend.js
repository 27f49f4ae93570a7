/** Whoever started the game day is there as long as one of their consoles is open; the server is told so. */
import { call } from "../lib/api.js";

const EVERY = 10_000; // ms

/**
 * Driven by the server's news and not by a timer: in a tab in the background timers all but stop.
 * @param {any} store @param {(url: string) => Promise<any>} [send] @param {() => number} [now] ms
 */
export function createAttendance(store, send = (url) => call(url, { csrf: store.config.csrf, body: {} }), now = () => performance.now()) {
  let toldAt = -EVERY;

  store.subscribe(() => {
    const run = store.snapshot.gameDay;
    if (!isMine(run, store.config.user) || now() - toldAt < EVERY) return;
    toldAt = now();
    send(`/api/game-days/${run.id}/attend`).catch(() => {}); // the next one comes soon
  });
}

/** @param {any} run of a snapshot @param {string} user */
export function isMine(run, user) {
  return Boolean(run) && run.state === "running" && run.startedBy === user;
}

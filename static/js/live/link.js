/** The state of the connection, as plain arithmetic: no sockets, no timers, the time is handed in (ms). */
import { backoff } from "./backoff.js";

export const QUIET = 2500; // ms without a snapshot before the page says so: the promise is 3 s
const HOPELESS = 7000; // ms of silence after which the socket is given up
const SIGNED_OUT = [4401, 4403]; // no session, no role
const CROWDED = 4429; // the same person has opened too many others

export class Link {
  /** @param {() => number} random @param {number} now */
  constructor(random, now) {
    this.random = random;
    /** @type {"connecting" | "live" | "silent" | "lost" | "expired" | "crowded"} */
    this.state = "connecting";
    this.heardAt = null; // when the newest snapshot came
    this.begunAt = now; // when this attempt began
    this.lostAt = null;
    this.retryAt = null;
    this.attempt = 0;
  }

  /** Whether it does not come back by itself. */
  get over() {
    return this.state === "expired" || this.state === "crowded";
  }

  /** A snapshot came. Returns how long the page was without, or null. @param {number} now */
  heard(now) {
    const away = this.state === "live" || this.heardAt === null ? null : now - this.heardAt;
    Object.assign(this, { state: "live", heardAt: now, lostAt: null, retryAt: null, attempt: 0 });
    return away;
  }

  /** @param {number} now @param {number} code the close code */
  closed(now, code) {
    if (SIGNED_OUT.includes(code)) this.state = "expired";
    if (code === CROWDED) this.state = "crowded";
    if (this.over) return;
    Object.assign(this, { state: "lost", lostAt: this.lostAt ?? now });
    this.retryAt = now + backoff(this.attempt, this.random);
    this.attempt += 1;
  }

  /** A new attempt begins. @param {number} now */
  begin(now) {
    this.begunAt = now;
    this.retryAt = null;
  }

  /** Looks at the clock. @param {number} now @returns {"connect" | "give up" | null} what to do */
  tick(now) {
    if (this.over) return null;
    const since = Math.max(this.heardAt ?? 0, this.begunAt);
    if (this.retryAt !== null) return now >= this.retryAt ? "connect" : null;
    if (this.state === "live" && now - this.heardAt > QUIET) {
      Object.assign(this, { state: "silent", lostAt: this.heardAt });
    } else if (this.state === "connecting" && now - since > QUIET) {
      Object.assign(this, { state: "lost", lostAt: since });
    }
    return now - since > HOPELESS ? "give up" : null;
  }
}

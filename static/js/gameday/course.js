/** How far a run is, by the clock: from what the server said last, ticking on in between. Pure. */

/**
 * @typedef {object} Said what the server says of a run; epoch seconds
 * @property {number} at @property {number | null} startedAt @property {number | null} endsAt
 * @property {number | null} stepBeganAt @property {number | null} stepEndsAt
 */

/**
 * @param {Said} said @param {number} since seconds that have passed since it was said
 * @returns {{elapsed: number | null, left: number | null, stepLeft: number | null, stepDone: number | null}} seconds; `stepDone` is 0..1
 */
export function courseOf(said, since) {
  const now = said.at + since;
  const from = (begin) => (begin === null ? null : Math.max(0, now - begin));
  const to = (end) => (end === null ? null : Math.max(0, end - now));
  const lasts = said.stepEndsAt === null || said.stepBeganAt === null ? null : said.stepEndsAt - said.stepBeganAt;
  const done = lasts === null ? null : lasts > 0 ? Math.min(1, Math.max(0, (now - said.stepBeganAt) / lasts)) : 1;
  return { elapsed: from(said.startedAt), left: to(said.endsAt), stepLeft: to(said.stepEndsAt), stepDone: done };
}

/** "2:34", as elapsed time is shown. @param {number} seconds */
export function clockOf(seconds) {
  const whole = Math.floor(seconds);
  const pad = (n) => String(n).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

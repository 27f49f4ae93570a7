/** A kept run as a film: what was there at a moment of it. Pure; times are epoch seconds. */

/** @typedef {import("../live/history.js").Table} Table */

/** The table up to the cursor. @param {Table} table @param {number} cursor @returns {Table} */
export function cut(table, cursor) {
  const count = lastAt(table.t, cursor) + 1;
  return Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column.slice(0, count)]));
}

/** Marks that had begun by then; one that ended later had no end yet. @template {{from: number, to: number | null}} M @param {M[]} marks @param {number} cursor @returns {M[]} */
export function marksAt(marks, cursor) {
  return marks.filter(({ from }) => from <= cursor).map((mark) => (mark.to !== null && mark.to > cursor ? { ...mark, to: null } : mark));
}

/** The row that is drawn last; null before the first. @param {Table} table @param {number} cursor */
export function rowAt(table, cursor) {
  const i = lastAt(table.t, cursor);
  return i < 0 ? null : Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column[i]]));
}

/**
 * What was spent by then: the share of the bad requests that had come, of what the whole run spent.
 * Only the run's own time counts: what failed before it began was not its doing.
 * @param {Table} table @param {number} cursor @param {number} began @param {number | null} whole
 */
export function spentAt(table, cursor, began, whole) {
  if (whole === null) return null;
  let [all, until] = [0, 0];
  for (const [i, t] of table.t.entries()) {
    if (t < began) continue;
    const bad = (table.n[i] ?? 0) * (table.err[i] ?? 0);
    all += bad;
    if (t <= cursor) until += bad;
  }
  return all > 0 ? (whole * until) / all : 0;
}

/** @param {{at: number, kind: string, step: number | null}[]} lines the oldest first @param {number} cursor */
export function standingAt(lines, cursor) {
  const past = lines.filter(({ at }) => at <= cursor);
  const count = (kind) => past.filter((line) => line.kind === kind).length;
  return { step: past.findLast(({ step }) => step !== null)?.step ?? null, passed: count("check_passed"), failed: count("check_failed"), lines: past.length };
}

function lastAt(times, cursor) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= cursor) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * A slider's scale: linear between evenly spaced ticks, so that presets lie far apart. Pure.
 * @typedef {{ticks: number[], steps: number[], presets: number[], digits: number}} Ladder
 */

/** Percent. @type {Ladder} */
export const ERRORS = {
  ticks: [0, 1, 3, 7, 15, 25, 50, 100], steps: [0.1, 0.1, 0.5, 0.5, 1, 1, 5], presets: [1, 3, 7], digits: 1,
};
/** Milliseconds. @type {Ladder} */
export const LATENCY = {
  ticks: [0, 200, 400, 700, 1000, 2000, 5000, 10000], steps: [10, 10, 10, 10, 50, 100, 250], presets: [200, 400, 700], digits: 0,
};
/** Requests a second. @type {Ladder} */
export const TRAFFIC = { ticks: [0, 20, 40, 60, 80], steps: [1, 1, 1, 1], presets: [], digits: 0 };

/** Where a value lies, 0..1. @param {Ladder} ladder @param {number} value */
export function positionOf(ladder, value) {
  const { ticks } = ladder;
  const held = Math.min(Math.max(value, ticks[0]), ticks.at(-1));
  const i = segment(ladder, held);
  return (i + (held - ticks[i]) / (ticks[i + 1] - ticks[i])) / (ticks.length - 1);
}

/** The value at a position, rounded to the step of its segment. @param {Ladder} ladder @param {number} at 0..1 */
export function valueAt(ladder, at) {
  const { ticks, steps } = ladder;
  const place = Math.min(Math.max(at, 0), 1) * (ticks.length - 1);
  const i = Math.min(Math.floor(place), ticks.length - 2);
  const raw = ticks[i] + (place - i) * (ticks[i + 1] - ticks[i]);
  return tidy(ticks[i] + Math.round((raw - ticks[i]) / steps[i]) * steps[i]);
}

/** One arrow key up or down. @param {Ladder} ladder @param {number} value @param {1 | -1} way */
export function stepped(ladder, value, way) {
  const { ticks, steps } = ladder;
  // Going down from a tick is a step of the segment below it.
  const i = segment(ladder, way < 0 ? value - 1e-9 : value);
  const place = (value - ticks[i]) / steps[i];
  const next = way > 0 ? Math.floor(place + 1e-6) + 1 : Math.ceil(place - 1e-6) - 1;
  return clamp(ladder, tidy(ticks[i] + next * steps[i]));
}

/** The next tick up or down. @param {Ladder} ladder @param {number} value @param {1 | -1} way */
export function nextTick(ladder, value, way) {
  const { ticks } = ladder;
  const next = way > 0 ? ticks.find((tick) => tick > value) : ticks.findLast((tick) => tick < value);
  return next ?? clamp(ladder, value);
}

/** @param {Ladder} ladder @param {number} value */
export function clamp(ladder, value) {
  return Math.min(Math.max(value, ladder.ticks[0]), ladder.ticks.at(-1));
}

function segment({ ticks }, value) {
  const i = ticks.findLastIndex((tick) => tick <= value);
  return Math.min(Math.max(i, 0), ticks.length - 2);
}

function tidy(value) {
  return Number(value.toFixed(6));
}

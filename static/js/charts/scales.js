/** Axis arithmetic; pure. */

export const RANGES = { "5m": 300, "15m": 900, "1h": 3600, "6h": 21600, all: null };

const NICE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const TIMES = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

/** The smallest round number not below `value`. @param {number} value */
export function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return NICE.find((nice) => nice * power >= value * (1 - 1e-9)) * power;
}

/** The largest round number at or below `value`. @param {number} value */
export function roundDown(value) {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return NICE.findLast((nice) => nice * power <= value * (1 + 1e-9)) * power;
}

/** The largest value in columns, or 0. @param {...(number | null)[]} columns */
export function top(...columns) {
  let most = 0;
  for (const column of columns) for (const value of column) if (value !== null && value > most) most = value;
  return most;
}

/** Top of each chart's axis, so that its thresholds always show. @param {string} chart @param {number} most */
export function ceiling(chart, most) {
  if (chart === "traffic") return Math.max(10, roundUp(most * 1.12));
  if (chart === "errors") return most > 0.098 ? Math.min(1.02, roundUp(most * 1.05)) : 0.1;
  if (chart === "latency") return Math.max(0.6, roundUp(most * 1.05));
  return Math.max(16, most * 1.15);
}

/** Times of the axis labels: three to seven round ones. @param {number} from @param {number} to @param {number} offset seconds east of UTC */
export function timeTicks(from, to, offset = 0) {
  const span = to - from;
  const step = TIMES.find((each) => span / each <= 6.5) ?? 604800 * Math.ceil(span / 604800 / 6);
  const ticks = [];
  for (let t = Math.ceil((from + offset) / step) * step; t <= to + offset; t += step) ticks.push(t - offset);
  return { step, ticks };
}

/** Where a time lies between the edges, 0..1 and beyond. @param {number} t @param {number} from @param {number} to */
export function across(t, from, to) {
  return (t - from) / (to - from);
}

/** The edges of the window. @param {number | null} span seconds; null is all there is @param {number} first @param {number} newest */
export function windowOf(span, first, newest) {
  return span === null ? [Math.min(first, newest - 60), newest] : [newest - span, newest];
}

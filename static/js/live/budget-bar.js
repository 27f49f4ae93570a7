/** The budget bar's shapes, pure: it runs from -25 to 100 %, and 0 is a place on it. */
const ZERO = 20; // % of the bar's width
const FULL = 80;

/** Where a ratio lies on the bar, in % of its width; unbounded. @param {number} ratio */
export function placeOf(ratio) {
  return ZERO + ratio * FULL;
}

/**
 * @param {number} left remaining ratio, all events @param {number | null} without the same without exercises
 * @returns {{fill: number[] | null, under: number[] | null, exercise: number[] | null, more: boolean}} [x, width] in %
 */
export function shapesOf(left, without) {
  const end = Math.min(placeOf(left), 100);
  const fill = left > 0 ? [ZERO, end - ZERO] : null;
  const under = left < 0 ? [Math.max(end, 0), ZERO - Math.max(end, 0)] : null;
  const from = Math.max(end, ZERO);
  const to = without === null ? from : Math.min(placeOf(without), 100);
  const exercise = to - from > 0.15 ? [from, to - from] : null;
  return { fill, under, exercise, more: end < 0 };
}

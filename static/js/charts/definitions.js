/** What each chart draws. Lines of one chart differ by weight and dash; hue says only that it burns. */
import { magnified, palette } from "./palette.js";

/**
 * @typedef {object} Definition
 * @property {string} name @property {string[]} columns
 * @property {(heat: Heat) => object[]} lines uPlot series, one a column
 * @property {number} [distr] uPlot's scale distribution
 */
/** @typedef {{errors: boolean, burn: boolean}} Heat which charts are the reason for a state */

function line(stroke, width, dash) {
  const by = magnified();
  return { stroke, width: width * by, dash: dash?.map((length) => length * by), points: { show: false }, spanGaps: false };
}
// No failures, so not in their ink: see tokens.css.
const refused = () => line(() => palette.limited, 2, [5, 2, 1, 2]);
const hot = (heat, chart, ink) => () => (heat[chart] ? palette.burn : palette[ink]);
const wash = (colour, alpha) => colour + Math.round(alpha * 255).toString(16).padStart(2, "0");

/** @type {Definition[]} */
export const CHARTS = [
  {
    name: "traffic", columns: ["n"],
    lines: () => [{ ...line(() => palette.ink2, 1.5), fill: () => wash(palette.quiet, 0.16) }],
  },
  {
    name: "errors", columns: ["err"],
    lines: (heat) => [{
      ...line(hot(heat, "errors", "ink1"), 2.25),
      fill: () => (heat.errors ? wash(palette.burn, 0.26) : wash(palette.quiet, 0.16)),
    }],
  },
  {
    // The quietest first, so that the median lies on top.
    name: "latency", columns: ["p99", "p95", "p50"],
    lines: () => [
      line(() => palette.ink3, 1.5, [2, 2.5]),
      line(() => palette.ink2, 1.5),
      line(() => palette.ink1, 2),
    ],
  },
  {
    name: "burn", columns: ["burn6h", "burn1h", "burn5m"], distr: 4,
    lines: (heat) => [
      line(hot(heat, "burn", "ink3"), 1.75, [2, 2.5]),
      line(hot(heat, "burn", "ink2"), 1.75, [7, 3]),
      line(hot(heat, "burn", "ink1"), 2.25),
    ],
  },
];

/** As Live draws them: beside the errors, what rate limits refused. @type {Definition[]} */
export const LIVE_CHARTS = CHARTS.map((chart) => (chart.name === "errors"
  ? { ...chart, columns: [...chart.columns, "limited"], lines: (heat) => [...chart.lines(heat), refused()] }
  : chart));

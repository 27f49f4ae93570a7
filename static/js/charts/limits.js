/** The labelled lines of each chart: thresholds, and one figure to read the scale by. */
import { number, percent } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { roundDown } from "./scales.js";

/**
 * @param {string} chart @param {number} most top of the axis @param {number} peak the largest value drawn
 * @returns {{at: number, figure: string, word: string, limit: boolean}[]}
 */
export function limitsOf(chart, most, peak) {
  if (chart === "traffic") return [grid(tick(most), number(tick(most)), t("unit.rps"))];
  if (chart === "errors") {
    const lines = [limit(0.05, percent(0.05, 0), t("limit.alert")), limit(0.01, percent(0.01, 0), t("limit.slo"))];
    return most > 0.2 ? [grid(tick(most), percent(tick(most), 0), ""), ...lines] : lines;
  }
  if (chart === "latency") {
    const slo = limit(0.5, t("unit.ms", { n: 500 }), t("limit.slo"));
    if (most <= 0.75) return [slo, grid(0.25, t("unit.ms", { n: 250 }), "")];
    return [grid(tick(most), t("unit.s", { n: number(tick(most), 1, 0) }), ""), slo];
  }
  const burns = [
    limit(14.4, `${number(14.4, 1)}×`, t("limit.page")),
    limit(6, "6×", t("limit.page")),
    limit(1, "1×", t("limit.even")),
  ];
  return peak > 30 ? [grid(peak, `${number(peak)}×`, ""), ...burns] : burns;
}

// One figure to read the scale by, near its top but clear of the edge.
const tick = (most) => roundDown(most * 0.92);
const limit = (at, figure, word) => ({ at, figure, word, limit: true });
const grid = (at, figure, word) => ({ at, figure, word, limit: false });

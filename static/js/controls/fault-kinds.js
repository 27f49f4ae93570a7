/** The faults that have a slider: where each stands in a plan, and how it is shown. */
import { number } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { ERRORS, LATENCY } from "./ladder.js";

const percentWord = (value) => t("unit.percent", { n: number(value, 1) });
const share = {
  ladder: ERRORS, word: percentWord,
  tick: (value, last) => (last ? percentWord(value).replace(/[.,]0/, "") : number(value)),
  /** Of a plan, as the slider shows it. */
  read: (ratio) => Number((ratio * 100).toFixed(4)),
  write: (value) => Number((value / 100).toFixed(6)),
  told: (ratio) => t("unit.percent", { n: number(ratio * 100, 2, 0) }),
};
const delay = {
  ladder: LATENCY, word: (value) => t("unit.ms", { n: number(value) }),
  tick: (value) => (value < 1000 ? number(value) : t("unit.s", { n: value / 1000 })),
  read: (milliseconds) => milliseconds,
  write: (value) => value,
  told: (milliseconds) => t("unit.ms", { n: number(milliseconds) }),
};

export const KINDS = [
  { key: "errors", field: "errorRate", tab: "service", ...share },
  { key: "latency", field: "latencyMs", tab: "service", ...delay },
  { key: "dependency-errors", field: "dependencyErrorRate", tab: "dependency", ...share },
  { key: "dependency-latency", field: "dependencyLatencyMs", tab: "dependency", ...delay },
];

/** A key for each slider. @param {{focus: (key: string) => void}} faults */
export function faultKeys(faults) {
  const keys = { e: "errors", l: "latency", d: "dependency-errors", s: "dependency-latency" };
  return Object.fromEntries(Object.entries(keys).map(([key, slider]) => [key, () => faults.focus(slider)]));
}

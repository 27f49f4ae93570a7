/** Firings of alerts, as snapshots, forecasts and the charts have them: what is one, how grave, how it reads. Pure. */
import { duration, latency, number, percent, times } from "../lib/format.js";
import { t } from "../lib/strings.js";

const SEVERITIES = ["page", "critical", "ticket", "warning"]; // the gravest first

/** Of an SLO's burn rate, and not of another signal. @param {{unit?: string | null}} one */
export const isBurn = ({ unit }) => unit === "burn";

/** @param {{severity: string}} one */
export const isGrave = ({ severity }) => severity === "page" || severity === "critical";

/** What is told once: an SLO pages once, whichever of its windows burn; another alert is itself. @param {any} one */
export const subjectOf = (one) => (isBurn(one) ? `${one.slo} ${one.severity}` : `${one.name} ${one.slo ?? ""}`);

/** @param {any} one */
export function nameOf({ name, slo, ...one }) {
  if (isBurn(one)) return t(`slo.${slo}`);
  return slo ? t("alert.of", { name, slo: t(`slo.${slo}`) }) : name;
}

const SIGNS = { above: ">", below: "<", atMost: "≤" };
const SHOWN = { ratio: (value) => percent(value), burn: (value) => times(value), events: (value) => number(value), seconds: (value) => (value < 1 ? latency(value) : duration(value)) };

/** What was measured, and the limit: "7.0 % > 5.0 %"; nothing of a rule that is gone. @param {any} one */
export function conditionOf({ value, threshold, unit, comparison }) {
  const show = SHOWN[unit];
  return show ? `${show(value)} ${SIGNS[comparison]} ${show(threshold)}` : "";
}

/** Those that fire and are not silenced, one a subject: the worst speaks, from when the first began. @param {any[]} firings */
export function openOnes(firings) {
  const groups = new Map();
  for (const one of firings.filter((each) => each.to === null && !each.silenced)) {
    const key = subjectOf(one);
    const other = groups.get(key) ?? one;
    const worst = isBurn(one) && one.burn / one.threshold > other.burn / other.threshold ? one : other;
    groups.set(key, { ...worst, from: Math.min(one.from, other.from) });
  }
  return [...groups.values()];
}

/**
 * The gravest of what fires, and how many others; tickets of an SLO that pages say nothing new.
 * @param {any[]} ones one a subject @returns {{severity: string | null, worst: any[], others: number}}
 */
export function gravestOf(ones) {
  const severity = SEVERITIES.find((each) => ones.some((one) => one.severity === each)) ?? null;
  const paged = new Set(ones.filter((one) => isBurn(one) && one.severity === "page").map(({ slo }) => slo));
  const told = ones.filter((one) => !(isBurn(one) && one.severity === "ticket" && paged.has(one.slo)));
  const worst = told.filter((one) => one.severity === severity);
  return { severity, worst, others: told.length - worst.length };
}

/** Two measured intervals as rows of a table, and which two are worth comparing; pure. */
import { DASH, latency, number, percent } from "../lib/format.js";
import { t } from "../lib/strings.js";

const count = (value) => number(value);
const rate = (value) => (value === null ? DASH : t("unit.per-second", { n: number(value, 1) }));

/** A minute's worth: intervals differ in length. @param {any} side @param {number | null | undefined} value */
function aMinute(side, value) {
  return value === null || value === undefined || !side.covered ? null : (value * 60) / side.covered;
}

/** `worse`: what more of it means; `rare`: told only where there was any. @type {{key: string, unit: string, of: (side: any) => number | null, show: (value: any) => string, worse?: 1 | -1, rare?: boolean}[]} */
const ROWS = [
  { key: "requests", unit: "requests", of: (side) => side.requests, show: count },
  { key: "errorRate", unit: "ratio", of: (side) => side.errorRate, show: (value) => percent(value, 2), worse: 1 },
  { key: "p95", unit: "seconds", of: (side) => side.p95, show: latency, worse: 1 },
  { key: "callsPerSecond", unit: "calls/s", of: (side) => side.callsPerSecond, show: rate },
  { key: "callsPerRequest", unit: "calls/request", of: (side) => side.callsPerRequest, show: (value) => number(value, 3), worse: 1 },
  { key: "retries", unit: "retries", of: (side) => side.retries, show: count, rare: true },
  { key: "refusedBreaker", unit: "requests", of: (side) => side.refused.breaker, show: count, rare: true },
  { key: "refusedBulkhead", unit: "requests", of: (side) => side.refused.bulkhead, show: count, rare: true },
  { key: "refusedDeadline", unit: "requests", of: (side) => side.refused.deadline, show: count, rare: true },
  { key: "degraded", unit: "requests", of: (side) => side.degraded, show: count, rare: true },
  { key: "spentAvailability", unit: "ratio/min", of: (side) => aMinute(side, side.budgetSpent.availability), show: (value) => percent(value, 2), worse: 1 },
  { key: "spentLatency", unit: "ratio/min", of: (side) => aMinute(side, side.budgetSpent.latency), show: (value) => percent(value, 2), worse: 1 },
];

/**
 * @param {{a: any, b: any}} found the JSON of /api/resilience/comparison
 * @returns {{key: string, unit: string, a: string, b: string, change: string, verdict: "better" | "worse" | null, values: (number | null)[]}[]}
 */
export function rowsOf({ a, b }) {
  return ROWS.flatMap(({ key, unit, of, show, worse, rare }) => {
    const [one, other] = [of(a), of(b)].map((value) => value ?? null);
    if (rare && !one && !other) return [];
    const known = one !== null && other !== null;
    const verdict = known && worse && one !== other ? ((other - one) * worse > 0 ? "worse" : "better") : null;
    return { key, unit, a: show(one), b: show(other), change: known ? changeOf(one, other) : DASH, verdict, values: [one, other] };
  });
}

/** "×1.08", or the difference where there is nothing to be a multiple of. @param {number} one @param {number} other */
export function changeOf(one, other) {
  if (one === other) return t("compare.same");
  if (one === 0) return t("compare.fromNone");
  if (other === 0) return t("compare.toNone");
  const factor = other / one;
  return t("compare.times", { n: number(factor, factor < 0.1 ? 3 : 2) });
}

const faultOf = ({ fault }) => JSON.stringify(fault && [fault.errorRate, fault.latencyMs, fault.dependencyErrorRate, fault.dependencyLatencyMs]);

/** The newest two of one fault that differ in their patterns; else the newest two. @param {any[]} intervals newest first */
export function suggestion(intervals) {
  for (const [i, b] of intervals.entries()) {
    const a = intervals.slice(i + 1).find((each) => each.fault && faultOf(each) === faultOf(b) && String(each.patternsOff) !== String(b.patternsOff));
    if (a) return [a, b];
  }
  return [intervals[1] ?? intervals[0] ?? null, intervals[0] ?? null];
}

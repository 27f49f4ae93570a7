/** What the page knows of a fault plan (the JSON of /api/chaos). */
import { number } from "../lib/format.js";
import { t } from "../lib/strings.js";

/** Whether anything is injected. @param {any} plan */
export function inForce(plan) {
  if (!plan?.enabled) return false;
  return Boolean(plan.errorRate || plan.latencyMs || plan.dependencyErrorRate || plan.dependencyLatencyMs);
}

/**
 * "7 % errors, +400 ms, database 7 % errors".
 * @param {{errorRate?: number, latencyMs?: number, dependencyErrorRate?: number, dependencyLatencyMs?: number, concealed?: boolean}} fault
 */
export function describe(fault) {
  if (fault.concealed) return t("faults.concealed");
  const parts = [];
  if (fault.errorRate) parts.push(t("fault.errors", { n: number(fault.errorRate * 100, 2, 0) }));
  if (fault.latencyMs) parts.push(t("fault.latency", { n: number(fault.latencyMs) }));
  if (fault.dependencyErrorRate) parts.push(t("fault.dependency-errors", { n: number(fault.dependencyErrorRate * 100, 2, 0) }));
  if (fault.dependencyLatencyMs) parts.push(t("fault.dependency-latency", { n: number(fault.dependencyLatencyMs) }));
  return parts.join(", ") || t("fault.none");
}

/** The body that sets a plan again as it is. @param {any} plan */
export function asked(plan) {
  const keys = ["errorRate", "latencyMs", "jitterMs", "latencyRate", "dependencyErrorRate", "dependencyLatencyMs"];
  const body = Object.fromEntries(keys.filter((key) => key in plan).map((key) => [key, plan[key]]));
  return { ...body, target: plan.target, ttlSeconds: plan.ttlSeconds, reason: plan.reason };
}

/** Where a plan reaches, in words. @param {any} plan */
export function where(plan) {
  const methods = plan?.target?.methods ?? [];
  if (!methods.length) return t("where.all");
  return methods.includes("GET") ? t("where.reads") : t("where.writes");
}

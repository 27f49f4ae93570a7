/** What the fault in force has really cost so far; pure but for the store it reads. */
import { isBurn } from "../live/firings.js";

const DAY = 86400;

/**
 * @param {any} store @param {string} name the SLO that the forecast is about
 * @returns {{page: number | null, spend: number | null, gone: number | null}} seconds, ratio a minute, seconds
 */
export function measure({ snapshot, plan, config }, name) {
  const slo = snapshot?.slos?.find((each) => each.name === name);
  const began = Date.parse(plan.startedAt) / 1000;
  const now = Date.parse(snapshot?.at) / 1000;
  const pages = (snapshot?.breaches ?? []).filter((one) => isBurn(one) && one.severity === "page" && one.slo === name && one.from >= began);
  const page = pages.length ? Math.min(...pages.map((one) => one.from)) - began : null;
  const burn = slo?.burnRates?.["5m"] ?? null;
  // Burn 1 spends the budget in one window: a wall minute is 60·K of its seconds.
  const period = Number.parseInt(slo?.window ?? "30d", 10) * DAY;
  const spend = burn === null || now - began < 5 ? null : (burn * 60 * config.scale) / period;
  // At the rate of the row above it; the card's own figure is of the last hour.
  const left = slo?.budget?.remainingRatio ?? null;
  return { page, spend, gone: spend > 0 && left > 0 ? (left / spend) * 60 : null };
}

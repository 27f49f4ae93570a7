/** The share of the requests that a fault fails or delays, as the server reckons it (sre_console/chaos/blast.py). */

/** @param {{errorRate?: number, latencyMs?: number, latencyRate?: number, dependencyErrorRate?: number, dependencyLatencyMs?: number}} fault */
export function touched({ errorRate = 0, latencyMs = 0, latencyRate = 1, dependencyErrorRate = 0, dependencyLatencyMs = 0 }) {
  const delayed = latencyMs ? latencyRate : 0;
  const behind = dependencyLatencyMs ? 1 : dependencyErrorRate;
  const share = 1 - (1 - errorRate) * (1 - delayed) * (1 - behind);
  return Math.round(share * 1e9) / 1e9; // 1 - (1 - 0.05) is more than 0.05
}

/** What has to be sent with a fault that touches much. @param {any} fault @param {{environment: string, confirmAbove: number | null}} config */
export function confirmed(fault, { environment, confirmAbove }) {
  return confirmAbove !== null && touched(fault) > confirmAbove ? { ...fault, confirm: environment } : fault;
}

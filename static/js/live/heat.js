import { isBurn } from "./firings.js";

/** Which charts are the reason for a state: those burn, the others stay calm. @param {any} store */
export function isHot(store) {
  const point = store.newest();
  const status = store.slo("availability")?.status;
  const firing = (store.snapshot?.breaches ?? []).some((one) => isBurn(one) && one.to === null && one.slo === "availability");
  return {
    errors: (point?.err ?? 0) > 0.01,
    burn: firing || status === "burning" || (point?.burn?.["5m"] ?? 0) > 14.4,
  };
}

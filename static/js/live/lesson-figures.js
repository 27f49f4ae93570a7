/** The figures of a lesson while its fault is on, from the newest snapshot. */
import { percent, times, duration, latency, DASH } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { isBurn } from "./firings.js";
import { breakersOf } from "./resilience.js";

const SLO = "availability";
const GRAVEST = ["open", "half_open", "closed"];

/** @param {any} store @returns {Record<string, () => string>} by the name of the figure */
export function lessonFigures(store) {
  const burn = (window) => () => times(store.slo(SLO)?.burnRates?.[window]);
  const breakers = () => breakersOf(store.snapshot.resilience);
  const gravest = () => GRAVEST.find((state) => breakers().some((each) => each.state === state));
  return {
    errors: () => percent(store.newest()?.err),
    budget: () => percent(store.slo(SLO)?.budget?.remainingRatio),
    p50: () => latency(store.newest()?.p50),
    p95: () => latency(store.newest()?.p95),
    burn5m: burn("5m"),
    burn1h: burn("1h"),
    burn6h: burn("6h"),
    breaker: () => (gravest() ? t(`breaker.${gravest()}`) : DASH),
    trial() {
      const left = breakers().map(({ nextTrialAt }) => store.until(nextTrialAt)).filter((each) => each > 0);
      return left.length ? duration(Math.max(...left)) : DASH;
    },
    page() {
      const began = Date.parse(store.plan?.startedAt) / 1000;
      const page = (store.snapshot.breaches ?? []).find((one) => isBurn(one) && one.slo === SLO && one.severity === "page" && one.from >= began);
      return page ? duration(page.from - began) : t("tour.quiet");
    },
  };
}

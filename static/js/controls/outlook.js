/** Forecast beside measured, and the rate that was really achieved. */
import { DASH, duration, number, percent } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { inForce } from "../live/plan.js";
import { measure } from "./measured.js";

/** @param {HTMLElement} root `[data-faults]` @param {any} store */
export function createOutlook(root, store) {
  const box = root.querySelector("[data-outlook]");
  const cells = (kind) => Object.fromEntries([...box.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.querySelector(`[data-${kind}]`)]));
  const [forecast, measured] = [cells("forecast"), cells("measured")];
  const part = (name) => box.querySelector(`[data-${name}]`);
  let about = "availability";
  let drafting = false;

  /** @param {any | null} answer of the forecast endpoint @param {boolean} draft whether it is about what a slider shows and not about what is on */
  function predict(answer, draft) {
    drafting = draft;
    about = answer?.slo ?? about;
    say(forecast.page, answer ? (answer.pageAfter === null ? t("outlook.never") : duration(answer.pageAfter)) : DASH);
    say(forecast.spend, answer ? percent(answer.spendsPerMinute, 1) : DASH);
    say(forecast.gone, answer ? (answer.budgetGoneIn === null ? t("outlook.not") : duration(answer.budgetGoneIn)) : DASH);
    say(forecast.left, answer ? percent(answer.leftWhenEnds, 1) : DASH);
    say(part("outlook-title"), draft ? t("outlook.draft", { slo: t(`slo.${about}`) }) : t("outlook.title", { slo: t(`slo.${about}`) }));
    update();
  }

  function update() {
    const on = inForce(store.plan);
    box.hidden = !on && !drafting;
    const seen = on && !drafting ? measure(store, about) : { page: null, spend: null, gone: null };
    say(measured.page, duration(seen.page));
    say(measured.spend, percent(seen.spend, 1));
    say(measured.gone, duration(seen.gone));
    say(measured.left, DASH);
    part("achieved").hidden = !on;
    if (!on) return;
    const { requests, failed, errorRate } = store.plan;
    // With errors off there is nothing to achieve but the delays.
    say(part("achieved-rate"), requests ? percent(failed / requests, 2) : DASH);
    const count = { failed: number(failed), requests: number(requests), delays: number(store.plan.injected?.delays ?? 0) };
    say(part("achieved-count"), !requests ? t("achieved.none") : errorRate ? t("achieved.errors", count) : t("achieved.delays", count));
  }

  store.subscribe(update);
  return { predict };
}

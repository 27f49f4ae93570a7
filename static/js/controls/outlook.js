/** Forecast beside measured, and the rate that was really achieved. */
import { DASH, duration, number, percent } from "../lib/format.js";
import { el, icon, say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { inForce } from "../live/plan.js";
import { comingOf } from "./coming.js";
import { measure } from "./measured.js";

/** @param {HTMLElement} root `[data-faults]` @param {any} store */
export function createOutlook(root, store) {
  const box = root.querySelector("[data-outlook]");
  const cells = (kind) => Object.fromEntries([...box.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.querySelector(`[data-${kind}]`)]));
  const [forecast, measured] = [cells("forecast"), cells("measured")];
  const part = (name) => box.querySelector(`[data-${name}]`);
  let about = "availability";
  let behind = false; // whether the fault is one of the database's
  let drafting = false;
  let foretold = [];
  const coming = part("coming");

  /** @param {any | null} answer of the forecast endpoint @param {boolean} draft whether it is about what a slider shows and not about what is on @param {any} fault */
  function predict(answer, draft, fault) {
    behind = Boolean(fault?.dependencyErrorRate || fault?.dependencyLatencyMs);
    say(forecast.visible, answer ? (answer.breakerOpens ? t("outlook.opens") : percent(answer.visibleErrorRate, 2)) : DASH);
    say(forecast.load, answer ? number(answer.callsPerRequest, 3) : DASH);
    drafting = draft;
    about = answer?.slo ?? about;
    say(forecast.page, answer ? (answer.pageAfter === null ? t("outlook.never") : duration(answer.pageAfter)) : DASH);
    foretold = answer?.alerts ?? [];
    say(forecast.spend, answer ? percent(answer.spendsPerMinute, 1) : DASH);
    say(forecast.gone, answer ? goneIn(answer) : DASH);
    say(forecast.left, answer ? percent(answer.leftWhenEnds, 1) : DASH);
    say(part("outlook-title"), draft ? t("outlook.draft", { slo: t(`slo.${about}`) }) : t("outlook.title", { slo: t(`slo.${about}`) }));
    update();
  }

  /** All that will fire, ticked once it does. @param {boolean} live */
  function alerts(live) {
    const list = comingOf(foretold, live ? (store.snapshot.breaches ?? []) : [], live ? Date.parse(store.plan.startedAt) / 1000 : null);
    const ids = JSON.stringify(list);
    if (coming.dataset.shown === ids) return;
    coming.dataset.shown = ids;
    coming.hidden = !list.length;
    coming.replaceChildren(...list.map(({ name, after, at, before }) => {
      const fired = at !== null || before;
      const when = before ? t("coming.before") : t("coming.at", { time: duration(at) });
      return el("li", { class: fired && "is-fired" }, ...(fired ? [icon("ok")] : []), `${name} `, el("span", { class: "forecast" }, duration(after)), ...(fired ? [" ", el("strong", {}, when)] : []));
    }));
  }

  const spent = () => store.slo(about)?.budget?.remainingRatio <= 0;
  const goneIn = ({ budgetGoneIn }) => (spent() ? t("outlook.gone") : budgetGoneIn === null ? t("outlook.not") : duration(budgetGoneIn));

  function update() {
    const on = inForce(store.plan);
    const live = on && !drafting;
    box.hidden = !on && !drafting;
    for (const name of ["visible", "load"]) forecast[name].parentElement.hidden = !behind;
    forecast.left.parentElement.hidden = behind || live; // the panel has no room for all of them
    const seen = live ? measure(store, about) : { page: null, spend: null, gone: null };
    say(measured.page, duration(seen.page));
    say(measured.spend, percent(seen.spend, 1));
    say(measured.gone, live && spent() ? t("outlook.gone") : duration(seen.gone));
    say(measured.left, DASH);
    alerts(live);
    const { n, work } = store.newest() ?? {};
    say(measured.visible, live && store.plan.requests ? percent(store.plan.failed / store.plan.requests, 2) : DASH);
    say(measured.load, live && n > 0 && work ? number(work.calls / n, 3) : DASH);
    part("achieved").hidden = !on;
    if (!on) return;
    const { requests, failed, errorRate, latencyMs, injected } = store.plan;
    // With errors off there is nothing to achieve but the delays.
    say(part("achieved-rate"), requests ? percent(failed / requests, 2) : DASH);
    const count = { failed: number(failed), requests: number(requests), delays: number(injected?.delays ?? 0) };
    const kind = latencyMs && !errorRate && !behind ? "delays" : "errors";
    say(part("achieved-count"), requests ? t(`achieved.${kind}`, count) : t("achieved.none"));
  }

  store.subscribe(update);
  return { predict };
}

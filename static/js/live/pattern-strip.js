/** The patterns in one line: each of them while it works. */
import { DASH, number, percent } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { breakersOf, classOf, refusedOf, retriesOf, sumOf, worstOf } from "./resilience.js";
import { badge } from "./states.js";

/** @param {HTMLElement} root `[data-strip]` @param {any} store */
export function createPatternStrip(root, store) {
  const cell = (name) => root.querySelector(`[data-cell=${name}]`);
  const off = (pattern) => store.snapshot.resilience?.patterns?.off?.includes(pattern);

  store.subscribe(() => {
    const report = store.snapshot.resilience;
    const work = store.newest()?.work;
    const slots = sumOf(report?.bulkheads);
    const pool = sumOf(report?.pools);
    const retry = retriesOf(report?.retries);
    breaker(worstOf(breakersOf(report)));
    figure("retry", perSecond(work?.retries), off("retry") ? t("switch.off") : retry.share ? t("strip.budget", { n: percent(retry.share, 1), most: percent(retry.most, 0) }) : "", off("retry"), work?.retries > 0);
    figure("bulkhead", of(slots), off("bulkhead") ? t("switch.off") : slots.waiting ? t("strip.waiting", { n: slots.waiting }) : "", off("bulkhead"), slots.any && slots.inUse >= slots.limit);
    figure("pool", of(pool), "", false, pool.any && pool.inUse >= pool.limit);
    figure("refused", perSecond(refusedOf(work)), refusedBy(work), false, refusedOf(work) > 0);
    figure("degraded", perSecond(work?.degraded), "", false, work?.degraded > 0);
  });

  function breaker({ state, count, of: all, nextTrialAt, failures, threshold }) {
    const node = cell("breaker");
    const isOff = off("breaker");
    badge(node.querySelector("[data-badge]"), all ? (isOff ? "is-fault" : classOf(state)) : null, all ? t(isOff ? "pattern.off" : `breaker.${state}`) : DASH);
    const left = store.until(nextTrialAt);
    const trial = left === null ? "" : left > 0 ? t("strip.trial", { time: t("unit.s", { n: number(Math.ceil(left)) }) }) : t("strip.due");
    const some = all > 1 && state !== "closed" ? t("strip.some", { count, all }) : "";
    const calm = threshold === null ? "" : t("strip.failures", { n: failures, threshold });
    say(node.querySelector("[data-note]"), isOff ? "" : [some, trial].filter(Boolean).join(", ") || calm);
    node.dataset.state = isOff ? "off" : state;
  }

  function figure(name, value, note, isOff, hot) {
    const node = cell(name);
    say(node.querySelector("[data-value]"), value);
    say(node.querySelector("[data-note]"), note);
    node.classList.toggle("is-fault", Boolean(isOff));
    node.classList.toggle("is-risk", Boolean(hot) && !isOff);
  }

  const of = ({ inUse, limit, any }) => (any ? t("strip.of", { n: number(inUse), all: number(limit) }) : DASH);
}

/** @param {number | null | undefined} rate a second */
export function perSecond(rate) {
  return rate === null || rate === undefined ? DASH : t("unit.per-second", { n: number(rate, rate > 0 && rate < 10 ? 1 : 0) });
}

function refusedBy(work) {
  return ["breaker", "bulkhead", "deadline"].filter((pattern) => work?.[pattern] > 0).map((pattern) => t(`refused.by.${pattern}`)).join(", ");
}

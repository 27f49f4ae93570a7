/** The way of a request through the patterns: what each of them has in hand, and what it does. */
import { DASH, number, percent } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { perSecond } from "./pattern-strip.js";
import { describe, inForce } from "./plan.js";
import { breakersOf, refusedOf, retriesOf, sumOf, worstOf } from "./resilience.js";
import { pairs } from "./slo-card.js";
import { badge } from "./states.js";

/** @param {HTMLElement} root `[data-way]` @param {any} store */
export function createWay(root, store) {
  const stage = (name) => root.querySelector(`[data-stage=${name}]`);

  store.subscribe(() => {
    const { resilience: report, replicas, source } = store.snapshot;
    const { n = null, work } = store.newest() ?? {};
    const slots = sumOf(report?.bulkheads);
    const pool = sumOf(report?.pools);
    const retry = retriesOf(report?.retries);
    const off = report?.patterns?.off ?? [];
    say(root.querySelector("[data-note]"), source === "replica" ? t("replica.only") : tn("replicas.all", replicas.count));
    pattern("bulkhead", off, of(slots), t("way.slots"), work?.bulkhead > 0 || slots.waiting > 0 ? "is-risk" : "is-ok", [t("way.waiting", { n: slots.waiting }), refused(work?.bulkhead)]);
    meter("bulkhead", slots.inUse / slots.limit);
    pattern("deadline", off, perSecond(work?.deadline), t("way.cut"), work?.deadline > 0 ? "is-risk" : "is-ok", []);
    pattern("retry", off, perSecond(work?.retries), t("way.retries"), work?.retries > 0 ? "is-risk" : "is-ok", [t("way.budget", { n: percent(retry.share, 1), most: percent(retry.most, 0) })]);
    meter("retry", retry.share / retry.most);
    breaker(worstOf(breakersOf(report)), off, work);
    pattern("pool", [], of(pool), t("way.connections"), pool.any && pool.inUse >= pool.limit ? "is-risk" : "is-ok", [pool.refused ? t("way.pool-refused", { n: number(pool.refused) }) : ""]);
    meter("pool", pool.inUse / pool.limit);
    database(work);
    pairs(root.querySelector("[data-counts]"), [
      [t("way.asked"), perSecond(n)],
      [t("way.refused"), perSecond(refusedOf(work))],
      [t("way.degraded"), perSecond(work?.degraded)],
      [t("way.load"), n > 0 && work?.calls !== null ? t("way.load-of", { n: number(work.calls / n, 3) }) : DASH],
    ]);
  });

  function pattern(name, off, value, unit, state, notes) {
    const node = stage(name);
    const isOff = off.includes(name);
    say(node.querySelector("[data-value]"), value);
    say(node.querySelector("[data-unit]"), unit);
    say(node.querySelector("[data-note]"), notes.filter(Boolean).join(", ") || "\u00a0");
    badge(node.querySelector("[data-badge]"), isOff ? "is-fault" : state === "is-ok" ? null : state, isOff ? t("switch.off") : state === "is-ok" ? "" : t("way.works"));
    node.classList.toggle("stage--off", isOff);
  }

  function breaker({ state, count, of: all }, off, work) {
    const word = all > 1 && state !== "closed" ? t("way.some", { count, all }) : t(`breaker.${state}`);
    pattern("breaker", off, all ? word : DASH, "", "is-ok", [refused(work?.breaker)]);
    stage("breaker").dataset.state = state;
  }

  function database(work) {
    const { plan, snapshot } = store;
    const away = snapshot.database?.ok === false;
    const failed = inForce(plan) && (plan.dependencyErrorRate > 0 || plan.dependencyLatencyMs > 0);
    const fault = failed ? describe({ dependencyErrorRate: plan.dependencyErrorRate, dependencyLatencyMs: plan.dependencyLatencyMs }) : "";
    pattern("database", [], perSecond(work?.calls), t("way.calls"), "is-ok", [away ? t("way.away") : fault]);
    badge(stage("database").querySelector("[data-badge]"), away ? "is-exhausted" : failed ? "is-fault" : null, away ? t("way.gone") : failed ? t("severity.fault") : "");
  }

  function meter(name, share) {
    stage(name).querySelector("meter").value = Number.isFinite(share) ? Math.min(share, 1) : 0;
  }

  const of = ({ inUse, limit, any }) => (any ? t("strip.of", { n: number(inUse), all: number(limit) }) : DASH);
  const refused = (rate) => (rate > 0 ? t("way.refused-rate", { n: perSecond(rate) }) : "");
}

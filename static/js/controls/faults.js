/** The fault panel: two sliders, where, how long; what is asked and what the replicas confirm. */
import { number } from "../lib/format.js";
import { oneOf, say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { inForce, describe } from "../live/plan.js";
import { badge } from "../live/states.js";
import { createCountdown } from "./countdown.js";
import { createFader } from "./fader.js";
import { createForecast } from "./forecast.js";
import { ERRORS, LATENCY } from "./ladder.js";
import { createOutlook } from "./outlook.js";

/** @param {HTMLElement} root `[data-faults]` @param {any} store @param {any} actions */
export function createFaults(root, store, actions) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const group = (name) => root.querySelector(`[data-fault=${name}]`);
  const outlook = createOutlook(root, store);
  const ask = createForecast(store.config.forecastUrl);
  const off = !store.mayChange ? t("why.viewer") : !store.config.chaosAllowed ? t("why.off") : "";
  const percentWord = (value) => t("unit.percent", { n: number(value, 1) });
  const errors = createFader(group("errors"), {
    ladder: ERRORS, word: percentWord, tick: (value, last) => (last ? percentWord(value).replace(/[.,]0/, "") : number(value)),
    onMove: moved, onApply: apply,
  });
  const delay = createFader(group("latency"), {
    ladder: LATENCY, word: (value) => t("unit.ms", { n: number(value) }), tick: (value) => (value < 1000 ? number(value) : t("unit.s", { n: value / 1000 })),
    onMove: moved, onApply: apply,
  });
  createCountdown(part("ends"), store, actions);
  let forecastOf = null;

  const wanted = () => ({
    errorRate: Number((errors.value / 100).toFixed(6)), latencyMs: delay.value,
    jitterMs: inForce(store.plan) ? store.plan.jitterMs : 0, latencyRate: inForce(store.plan) ? store.plan.latencyRate : 1,
    target: { methods: part("where").value ? part("where").value.split(",") : [], pathPrefix: store.plan?.target?.pathPrefix ?? "/api/users" },
    ttlSeconds: inForce(store.plan) ? store.plan.ttlSeconds : Number(part("ttl").value),
    reason: part("reason").value.trim() || (inForce(store.plan) ? store.plan.reason : "") || t("reason.default"),
  });

  function moved(value) {
    root.dataset.draft = value === null ? "" : "true";
    if (value === null) forecastOf = null;
    else ask(wanted(), (answer) => outlook.predict(answer, true));
    update();
  }

  async function apply() {
    const body = wanted();
    ask(body, (answer) => outlook.predict(answer, false));
    if (!(await actions.setPlan(body))) [errors, delay].forEach((fader) => fader.revert());
    update();
  }

  function update() {
    const { plan, snapshot } = store;
    if (!plan) return;
    const on = inForce(plan);
    errors.follow(on ? Number((plan.errorRate * 100).toFixed(4)) : 0);
    delay.follow(on ? plan.latencyMs : 0);
    const drafting = errors.isDraft || delay.isDraft;
    const count = Number(on && plan.errorRate > 0) + Number(on && plan.latencyMs > 0);
    badge(part("in-force"), on ? "is-fault" : null, on ? tn("faults.on", Math.max(count, 1)) : t("faults.none"));
    echo(group("errors"), errors, on && plan.errorRate, t("unit.percent", { n: number(plan.errorRate * 100, 2, 0) }), snapshot);
    echo(group("latency"), delay, on && plan.latencyMs, t("unit.ms", { n: number(plan.latencyMs) }), snapshot);
    if (document.activeElement !== part("where") && on) part("where").value = whereOf(plan);
    part("idle-hint").hidden = on || drafting;
    Object.assign(root.dataset, { version: plan.version, enabled: on, errorRate: on ? plan.errorRate : 0, latencyMs: on ? plan.latencyMs : 0 });
    if (!on && !drafting) forecastOf = null;
    else if (on && !drafting && forecastOf !== describe(plan)) {
      forecastOf = describe(plan);
      ask(plan, (answer) => outlook.predict(answer, false));
    }
    if (!on && !drafting) outlook.predict(null, false);
  }

  function echo(node, fader, on, shown, snapshot) {
    const { count = 0, confirmed = 0 } = snapshot?.replicas ?? {};
    const known = confirmed < count ? t("echo.waiting", { shown, confirmed, count }) : t("echo.on", { confirmed, count });
    const output = node.querySelector("[data-echo]");
    const text = off || (fader.isDraft ? t(on ? "echo.draft" : "echo.draft.off", { shown }) : on ? known : t("echo.off"));
    oneOf(output, ["fault__hint"], fader.isDraft ? "fault__hint" : null);
    say(output, text);
  }

  part("where").addEventListener("change", () => inForce(store.plan) && apply());
  part("curl").addEventListener("click", () => actions.copyPlan(wanted()));
  for (const fader of [errors, delay]) fader.disable(Boolean(off));
  for (const name of ["where", "ttl", "reason", "extend"]) part(name).disabled = Boolean(off);
  store.subscribe(update);
  return { errors, delay };
}

function whereOf({ target }) {
  const methods = target?.methods ?? [];
  return methods.length ? (methods.includes("GET") ? "GET" : "POST,PUT,PATCH,DELETE") : "";
}

/** The fault panel: sliders, where, how long; what is asked and what the replicas confirm. */
import { oneOf, say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { inForce, describe } from "../live/plan.js";
import { badge } from "../live/states.js";
import { createCountdown } from "./countdown.js";
import { createFader } from "./fader.js";
import { createForecast } from "./forecast.js";
import { KINDS } from "./fault-kinds.js";
import { createFaultTabs } from "./fault-tabs.js";
import { createHolder, gameDayOf } from "./holder.js";
import { createOutlook } from "./outlook.js";

/** @param {HTMLElement} root `[data-faults]` @param {any} store @param {any} actions */
export function createFaults(root, store, actions) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const group = (key) => root.querySelector(`[data-fault=${key}]`);
  const outlook = createOutlook(root, store);
  const tabs = createFaultTabs(root);
  const ask = createForecast(store.config.forecastUrl);
  const never = !store.mayChange ? t("why.viewer") : !store.config.chaosAllowed ? t("why.off") : "";
  const off = () => never || (store.forbidden() ? t("why.forbidden") : "");
  const faders = KINDS.map((kind) => ({ ...kind, node: group(kind.key), fader: createFader(group(kind.key), { ladder: kind.ladder, word: kind.word, tick: kind.tick, onMove: moved, onApply: apply }) }));
  createCountdown(part("ends"), store, actions);
  createHolder(part("held"), store);
  let forecastOf = null;
  let disabled = null;

  const wanted = () => ({
    ...Object.fromEntries(faders.map(({ field, write, fader }) => [field, write(fader.value)])),
    jitterMs: inForce(store.plan) ? store.plan.jitterMs : 0, latencyRate: inForce(store.plan) ? store.plan.latencyRate : 1,
    target: { methods: part("where").value ? part("where").value.split(",") : [], pathPrefix: store.plan?.target?.pathPrefix ?? "/api/users" },
    ttlSeconds: inForce(store.plan) ? store.plan.ttlSeconds : Number(part("ttl").value),
    reason: part("reason").value.trim() || (inForce(store.plan) ? store.plan.reason : "") || t("reason.default"),
  });

  // What a forecast depends on: the fault, and the patterns in front of it.
  const about = (plan) => `${describe(plan)} ${store.snapshot?.resilience?.patterns?.off ?? ""}`;

  function moved(value) {
    root.dataset.draft = value === null ? "" : "true";
    if (value === null) forecastOf = null;
    else foretell(wanted(), true);
    update();
  }

  function foretell(fault, draft) {
    ask(fault, (answer) => {
      outlook.predict(answer, draft, fault);
      actions.foretold(answer);
    });
  }

  async function apply() {
    const body = wanted();
    foretell(body, false);
    if (!(await actions.setPlan(body))) faders.forEach(({ fader }) => fader.revert());
    update();
  }

  function update() {
    const { plan } = store;
    if (!plan) return;
    const on = inForce(plan);
    const held = gameDayOf(plan) !== null;
    disable(Boolean(off()) || held);
    const value = ({ field }) => (on ? (plan[field] ?? 0) : 0);
    const drafting = faders.some(({ fader }) => fader.isDraft);
    const active = faders.filter((kind) => value(kind) > 0);
    for (const kind of faders) {
      kind.fader.follow(kind.read(value(kind)));
      echo(kind, value(kind));
      root.dataset[kind.field] = value(kind);
    }
    tabs.mark(new Set(active.map(({ tab }) => tab)));
    badge(part("in-force"), on || plan.concealed ? "is-fault" : null, plan.concealed ? t("faults.concealed") : on ? tn("faults.on", Math.max(active.length, 1)) : t("faults.none"));
    if (document.activeElement !== part("where") && on) part("where").value = whereOf(plan);
    part("idle-hint").hidden = on || drafting || held || store.forbidden();
    Object.assign(root.dataset, { version: plan.version, enabled: on });
    if (!on && !drafting) forecastOf = null;
    else if (on && !drafting && forecastOf !== about(plan)) {
      forecastOf = about(plan);
      foretell(plan, false);
    }
    if (!on && !drafting) outlook.predict(null, false, null);
  }

  function disable(now) {
    if (now === disabled) return;
    disabled = now;
    for (const { fader } of faders) {
      if (now && fader.isDraft) fader.revert();
      fader.disable(now);
    }
    for (const name of ["where", "ttl", "reason", "extend"]) part(name).disabled = now;
  }

  function echo({ node, fader, told }, value) {
    const { count = 0, confirmed = 0 } = store.snapshot?.replicas ?? {};
    const shown = told(value);
    const known = confirmed < count ? t("echo.waiting", { shown, confirmed, count }) : t("echo.on", { confirmed, count });
    const output = node.querySelector("[data-echo]");
    const text = off() || (fader.isDraft ? t(inForce(store.plan) ? "echo.draft" : "echo.draft.off", { shown }) : value ? known : t("echo.off"));
    oneOf(output, ["fault__hint"], fader.isDraft ? "fault__hint" : null);
    say(output, text);
  }

  part("where").addEventListener("change", () => inForce(store.plan) && apply());
  part("curl").addEventListener("click", () => actions.copyPlan(wanted()));
  disable(Boolean(off()));
  store.subscribe(update);
  return {
    /** To a slider, by its key. @param {string} key */
    focus(key) {
      const { tab, fader } = faders.find((each) => each.key === key);
      tabs.show(tab);
      fader.focus();
    },
  };
}

function whereOf({ target }) {
  const methods = target?.methods ?? [];
  return methods.length ? (methods.includes("GET") ? "GET" : "POST,PUT,PATCH,DELETE") : "";
}

/** The four figures to read from the back of the room. */
import { clock } from "../lib/clock.js";
import { DASH, duration, number, percent } from "../lib/format.js";
import { el, oneOf, say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { gravestOf, isGrave, nameOf, openOnes } from "./firings.js";
import { badge, stateOf, STATES } from "./states.js";
import { inForce } from "./plan.js";

const LONG = 7; // letters that are room for in full size

/** @param {HTMLElement} root `[data-hero]` @param {any} store */
export function createHero(root, store) {
  const figs = Object.fromEntries([...root.children].map((fig) => [fig.dataset.fig, fig]));
  const part = (fig, name) => figs[fig].querySelector(`[data-${name}]`);

  function figure(fig, value, unit, note, state) {
    const node = part(fig, "value");
    if (node.dataset.shown !== value + unit) {
      node.dataset.shown = value + unit;
      const small = unit && value !== DASH ? [el("small", unit === "×" ? { class: "times" } : {}, unit === "×" ? unit : ` ${unit}`)] : [];
      node.replaceChildren(value, ...small);
    }
    say(part(fig, "note"), note);
    oneOf(figs[fig], STATES, state);
    figs[fig].classList.toggle("fig--quiet", fig !== "budget" && !state);
  }

  store.subscribe(() => {
    root.classList.remove("is-waiting");
    const slo = store.slo("availability");
    const point = store.newest() ?? {};
    budget(slo);
    burn(slo, point.burn?.["5m"]);
    errors(point.err);
    firing(store.snapshot.breaches ?? []);
  });

  function budget(slo) {
    const left = slo?.budget?.remainingRatio ?? null;
    const state = stateOf(slo?.status);
    const spent = inForce(store.plan) && slo?.budget?.total ? store.plan.failed / slo.budget.total : null;
    const minutes = slo?.budget ? { left: number(slo.budget.minutesRemaining, 1), all: number(slo.budget.minutesTotal, 1) } : null;
    const note = spent ? t("hero.spent", { n: number(spent * 100, 1) }) : minutes ? t("hero.minutes", minutes) : t("state.no_data");
    figure("budget", left === null ? DASH : number(left * 100, Math.abs(left) >= 0.9995 ? 0 : 1), t("unit.pc"), note, left !== null && left <= 0 ? "is-exhausted" : null);
    badge(part("budget", "badge"), state, t(`state.${slo?.status ?? "no_data"}`));
  }

  function burn(slo, rate) {
    const hot = rate > 14.4 ? "is-burning" : null;
    figure("burn", number(rate ?? null, rate >= 99.95 ? 0 : 1), "×", t("hero.burn"), hot);
  }

  function errors(ratio) {
    const { plan, config } = store;
    say(part("errors", "label"), t("hero.errors", { window: duration(5 * config.scale) }));
    const injected = inForce(plan) && plan.errorRate;
    const note = injected ? t("hero.asked", { n: percent(plan.errorRate, 1) }) : t(plan?.concealed ? "faults.concealed" : inForce(plan) ? "hero.slo" : "fault.none");
    figure("errors", number(ratio === null || ratio === undefined ? null : ratio * 100, ratio >= 0.9995 ? 0 : ratio >= 0.1 ? 1 : 2), t("unit.pc"), note, ratio > 0.01 ? "is-burning" : null);
  }

  function firing(breaches) {
    const open = openOnes(breaches);
    const { severity, worst, others } = gravestOf(open);
    const words = severity ? tn(`hero.${severity}s`, worst.length) : t("hero.none");
    const last = Math.max(...breaches.map((one) => one.to ?? -Infinity));
    const quiet = Number.isFinite(last) ? t("hero.last", { time: clock(last) }) : t("hero.calm");
    const names = [...new Set(worst.map(nameOf))].join(", ");
    const note = others ? `${names} ${tn("hero.also", others)}` : names;
    figure("firing", words, "", severity ? note : quiet, !severity ? null : worst.some(isGrave) ? "is-burning" : "is-risk");
    figs.firing.classList.toggle("fig--alarm", severity !== null);
    figs.firing.classList.toggle("fig--long", words.length > LONG);
    part("firing", "glyph").toggleAttribute("hidden", !severity);
    say(part("firing", "since"), severity ? t("hero.since", { time: clock(Math.min(...worst.map((one) => one.from))) }) : "");
  }
}

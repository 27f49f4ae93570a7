/** One SLO: what is left of its budget, why, and until when. */
import { clock } from "../lib/clock.js";
import { DASH, duration, fine, number, percent, times } from "../lib/format.js";
import { el, oneOf, say, svg } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { shapesOf } from "./budget-bar.js";
import { explain } from "./explanation.js";
import { badge, stateOf, STATES } from "./states.js";

/** @param {HTMLElement} root `[data-slo]` @param {any} store */
export function createSloCard(root, store) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const meter = part("meter");

  store.subscribe(() => {
    const slo = store.slo(root.dataset.slo);
    root.setAttribute("aria-busy", "false");
    const empty = !slo || slo.status === "no_data" || !slo.budget;
    const left = empty ? null : slo.budget.remainingRatio;
    const state = stateOf(slo?.status);
    root.classList.toggle("is-empty", empty);
    oneOf(root, STATES, state);
    root.dataset.status = slo?.status ?? "no_data";
    root.dataset.remaining = left ?? "";
    // Without the database nobody counts for all: these are the figures from before.
    const old = store.snapshot.source === "replica" && store.fleetAt !== null;
    root.classList.toggle("is-aged", old);
    badge(part("badge"), old ? "is-stale" : state, old ? t("slo.asof", { time: clock(store.fleetAt) }) : t(`state.${slo?.status ?? "no_data"}`));
    part("seeded").hidden = !(slo?.seeded?.events > 0);
    // "100.0 %" would leave no room for its word.
    say(part("left"), percent(left, Math.abs(left) >= 0.9995 ? 0 : 1));
    say(part("left-word"), t(left !== null && left < 0 ? "slo.overspent" : "slo.left"));
    meter.setAttribute("aria-valuenow", left === null ? 0 : (Math.min(Math.max(left, -1), 1) * 100).toFixed(1));
    meter.setAttribute("aria-valuetext", percent(left, 1));
    bar(left, empty ? null : (slo.budgetWithoutExercises?.remainingRatio ?? null));
    pairs(part("facts"), empty ? nothing() : facts(slo));
    if (root.querySelector("details").open) explain(part("how"), slo, store);
  });
  root.querySelector("details").addEventListener("toggle", () => explain(part("how"), store.slo(root.dataset.slo), store));

  function bar(left, without) {
    const rect = (name, [x, width]) => svg("rect", { class: `budget__${name}`, x: `${x}%`, y: ".25rem", width: `${width}%`, height: ".5rem" });
    const shapes = left === null ? {} : shapesOf(left, without);
    const nodes = ["fill", "under", "exercise"].filter((name) => shapes[name]).map((name) => rect(name, shapes[name]));
    if (shapes.more) nodes.push(svg("path", { class: "budget__more", d: "M-1 8L8 1V15z" }));
    const track = svg("rect", { class: "budget__track", width: "100%", height: ".5rem", y: ".25rem", rx: 2 });
    part("budget").replaceChildren(track, ...nodes, svg("line", { class: "budget__zero", x1: "20%", x2: "20%", y1: 0, y2: "1rem" }));
  }

  const nothing = () => [[t("slo.empty"), DASH]];

  function facts(slo) {
    const { budget, current } = slo;
    const window = slo.window.replace(/(\d)([a-z])/, "$1 $2");
    const now = slo.name === "error-rate" ? [t("slo.errors", { window }), fine(1 - current)] : [t("slo.now", { window }), fine(current)];
    const second = slo.name === "availability"
      ? [t("slo.minutes"), t("slo.of.min", { left: number(budget.minutesRemaining, 1), all: number(budget.minutesTotal, 1) })]
      : [t("slo.burn"), times(slo.burnRates?.["1h"])];
    return [now, second, until(budget)];
  }

  function until({ exhaustsAt, remainingRatio }) {
    if (remainingRatio <= 0) return [t("slo.gone"), t("slo.gone.now")];
    const left = exhaustsAt ? (Date.parse(exhaustsAt) - Date.parse(store.snapshot.at)) / 1000 : null;
    return [t("slo.until"), left === null ? t("slo.never") : duration(Math.max(left, 0))];
  }
}

/** Writes a list of terms and figures in place. @param {HTMLElement} list @param {string[][]} rows */
export function pairs(list, rows) {
  if (list.children.length !== rows.length * 2) list.replaceChildren(...rows.flatMap(() => [el("dt"), el("dd")]));
  rows.flat().forEach((text, i) => say(list.children[i], text));
}

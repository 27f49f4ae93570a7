/** Beside a budget: the formula, the window, the counts, and the failed requests left. */
import { clock } from "../lib/clock.js";
import { DASH, duration, number, percent } from "../lib/format.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/strings.js";

/** @param {HTMLElement} host @param {any} slo @param {any} store */
export function explain(host, slo, { config, snapshot }) {
  if (!slo?.budget) {
    host.replaceChildren(el("p", { class: "muted" }, t("how.empty")));
    return;
  }
  const { budget, budgetWithoutExercises: without, seeded } = slo;
  const days = Number.parseInt(slo.window, 10);
  const real = config.scale === 1 ? "" : ` (${t("how.real", { time: duration((days * 86400) / config.scale) })})`;
  const rows = [
    [t("how.window"), slo.window.replace(/(\d)([a-z])/, "$1 $2") + real],
    [t("how.good"), t("slo.of", { left: number(slo.good), all: number(slo.total) })],
    [t("how.bad"), number(slo.total - slo.good)],
    [t("how.allowed"), number(budget.total, 1, 0)],
    [t("how.left"), number(budget.badRemaining ?? budget.remaining, 0)],
    [t("how.without"), without ? percent(without.remainingRatio, 1) : DASH],
    ...(snapshot?.slis ? [[t("how.source"), t(`how.source.${snapshot.slis.name}`)]] : []),
    ...(seeded?.events ? [[t("how.seeded"), number(seeded.events)], [t("how.until"), seeded.to ? clock(Date.parse(seeded.to) / 1000) : DASH]] : []),
  ];
  host.replaceChildren(
    el("code", {}, t("how.formula", { target: percent(slo.target, slo.target > 0.99 ? 1 : 0) })),
    el("dl", { class: "slo__facts" }, ...rows.flatMap(([term, figure]) => [el("dt", {}, term), el("dd", {}, figure)])),
    ...(without ? [el("p", { class: "muted" }, t("how.exercise"))] : []),
  );
}

/** The alerts that a fault was foretold to raise, each beside when it really fired; pure. */
import { t } from "../lib/strings.js";
import { isBurn, nameOf, subjectOf } from "../live/firings.js";

/**
 * @param {any[]} foretold `alerts` of the forecast, the first one first @param {any[]} firings of the snapshot
 * @param {number | null} began when the fault in force began; null for one that is not
 * @returns {{name: string, after: number, at: number | null, before: boolean}[]} seconds from its beginning; `before`: it fired already then
 */
export function comingOf(foretold, firings, began) {
  /** @type {Map<string, any>} */
  const subjects = new Map();
  for (const one of foretold) if (!subjects.has(subjectOf(one))) subjects.set(subjectOf(one), one);
  return [...subjects].map(([subject, one]) => {
    const its = began === null ? [] : firings.filter((each) => subjectOf(each) === subject);
    const since = its.filter(({ from }) => from >= began).map(({ from }) => from - began);
    const before = its.some(({ from, to }) => from < began && to === null);
    const name = isBurn(one) ? t("alert.burn", { slo: nameOf(one), severity: t(`severity.${one.severity}`) }) : nameOf(one);
    return { name, after: one.after, at: before || !since.length ? null : Math.min(...since), before };
  });
}

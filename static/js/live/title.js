/** The tab says what fires, for whoever looks at another one. */
import { tn } from "../lib/strings.js";
import { subjectOf } from "./firings.js";

/** @param {any} store */
export function createTitle(store) {
  const calm = document.title;
  store.subscribe(() => {
    const words = graveWords(store.snapshot.alerts ?? []);
    const next = words ? `▲ ${words} · ${calm}` : calm;
    if (document.title !== next) document.title = next;
  });
}

/** The pages and what else is grave, counted; empty for none. @param {any[]} alerts of a snapshot */
export function graveWords(alerts) {
  const counted = (severity) => new Set(alerts.filter((one) => one.state === "firing" && !one.silenced && one.severity === severity).map(subjectOf)).size;
  return ["page", "critical"].flatMap((severity) => (counted(severity) ? [tn(`hero.${severity}s`, counted(severity))] : [])).join(", ");
}

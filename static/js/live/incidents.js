/** Incidents beside everything else: how many are open, and a word when one opens or pages. */
import { say } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t } from "../lib/strings.js";

/** @param {any} store @param {{show: (notice: any) => void}} toasts @param {() => void} [sound] at a page, once */
export function createIncidents(store, toasts, sound = () => {}) {
  const count = document.querySelector("[data-open-incidents]");
  /** @type {Map<number, string> | null} */
  let known = null;

  store.subscribe(() => {
    const incidents = store.snapshot.incidents ?? [];
    const open = incidents.filter((one) => one.state !== "resolved");
    count.hidden = !open.length;
    say(count, open.length ? number(open.length) : "");
    count.setAttribute("aria-label", open.length ? t("incident.open", { n: open.length }) : "");
    const news = newsOf(known, incidents);
    known = news.known;
    for (const { incident, kind } of news.told) tell(incident, kind);
  });

  function tell(incident, kind) {
    if (kind === "paged") sound();
    const state = kind === "resolved" ? "is-ok" : incident.severity === "page" || incident.severity === "critical" ? "is-burning" : "is-risk";
    const open = () => location.assign(`/console/incidents/${incident.id}`);
    toasts.show({ state, title: t(`incident.${kind}`, { id: incident.id }), text: incident.title, about: "incident", acts: [[t("action.open"), open]] });
  }
}

/**
 * What is new since the last snapshot; the first one tells nothing, it was there before. Pure.
 * @param {Map<number, string> | null} known what was told of each @param {any[]} incidents
 * @returns {{known: Map<number, string>, told: {incident: any, kind: "opened" | "paged" | "resolved"}[]}}
 */
export function newsOf(known, incidents) {
  const now = new Map(incidents.map((one) => [one.id, one.state === "resolved" ? "resolved" : one.pagedAt ? "paged" : "opened"]));
  if (known === null) return { known: now, told: [] };
  const told = incidents.filter((one) => now.get(one.id) !== known.get(one.id)).map((incident) => ({ incident, kind: now.get(incident.id) }));
  return { known: now, told };
}

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
 * @param {Map<number, Known> | null} known what was told of each @param {any[]} incidents
 * @returns {{known: Map<number, Known>, told: {incident: any, kind: "opened" | "reopened" | "paged" | "resolved"}[]}}
 * @typedef {{over: boolean, page: number | null}} Known a page has its time: the next one of the same incident is another
 */
export function newsOf(known, incidents) {
  const now = new Map(incidents.map(({ id, state, pagedAt }) => [id, { over: state === "resolved", page: pagedAt }]));
  if (known === null) return { known: now, told: [] };
  const told = incidents.map((incident) => ({ incident, kind: kindOf(known.get(incident.id), now.get(incident.id)) }));
  return { known: now, told: told.filter(({ kind }) => kind !== null) };
}

function kindOf(before, now) {
  if (now.over) return before?.over ? null : "resolved";
  if (now.page !== null && now.page !== (before?.page ?? null)) return "paged";
  if (!before) return "opened";
  return before.over ? "reopened" : null;
}

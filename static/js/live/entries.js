/** What happened, as entries of the alerts corner; pure. */
import { duration, times } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { shortId } from "./resilience.js";
import { conditionOf, isBurn, nameOf, openOnes, subjectOf } from "./firings.js";
import { describe } from "./plan.js";

/** @typedef {{key: string, at: number, kind: "page" | "critical" | "ticket" | "warning" | "fault" | "breaker" | "incident" | "resolved", firing: boolean, title: string, what: string, href?: string}} Entry */

/** @param {any[]} bands @param {any[]} breaches @param {any[]} [transitions] @param {any[]} [incidents] @returns {Entry[]} newest first, at most 40 */
export function entriesOf(bands, breaches, transitions = [], incidents = []) {
  const all = [...openOnes(breaches).map(ofOpen), ...breaches.filter((one) => one.to !== null).flatMap(ofCleared), ...bands.flatMap(ofBand), ...transitions.flatMap(ofTransition), ...incidents.flatMap(ofIncident)];
  return all.sort((a, b) => b.at - a.at || Number(b.firing) - Number(a.firing)).slice(0, 40);
}

function ofOpen(one) {
  // What a replica told alone is told by the evaluator afterwards, with another beginning: the same entry goes on.
  return { ...began(one), key: `${subjectOf(one)} ${isBurn(one) ? one.from : ""} open`, firing: true };
}

function began(one) {
  const key = `${one.name} ${one.slo} ${one.severity} ${one.from}`;
  const title = t(isBurn(one) ? "feed.breach" : "feed.fires", { slo: nameOf(one), name: nameOf(one) });
  const what = isBurn(one) ? t("feed.breach.what", { burn: times(one.burn), window: t(`range.${one.window}`), threshold: times(one.threshold, one.threshold % 1 ? 1 : 0) }) : conditionOf(one);
  return { key, at: one.from, kind: one.severity, firing: false, title, what };
}

function ofCleared(one) {
  const start = began(one);
  const title = t(isBurn(one) ? "feed.cleared" : "feed.clears", { slo: nameOf(one), name: nameOf(one) });
  const over = t("feed.cleared.what", { time: duration(one.to - one.from) });
  return [start, { key: `${start.key} end`, at: one.to, kind: "resolved", firing: false, title, what: over }];
}

function ofBand(band) {
  const fault = describe(band);
  const began = { key: `fault ${band.version}`, at: band.from, kind: "fault", firing: false, title: t("feed.began", { fault }), what: [band.startedBy, band.reason].filter(Boolean).join(": ") };
  // A change is told by the next beginning.
  if (band.to === null || band.end === "changed") return [began];
  const how = ["stopped", "expired", "lapsed"].includes(band.end) ? band.end : "stopped";
  const what = t("feed.lasted", { time: duration(band.to - band.from) });
  return [began, { key: `fault ${band.version} end`, at: band.to, kind: "fault", firing: false, title: t(`feed.${how}`, { fault }), what }];
}

function ofIncident(one) {
  const href = `/console/incidents/${one.id}`;
  const opened = { key: `incident ${one.id}`, at: one.openedAt, kind: "incident", firing: false, title: t("feed.incident", { id: one.id }), what: one.title, href };
  if (one.resolvedAt === null) return [opened];
  return [opened, { key: `incident ${one.id} end`, at: one.resolvedAt, kind: "resolved", firing: false, title: t("incident.resolved", { id: one.id }), what: t("feed.lasted", { time: duration(one.resolvedAt - one.openedAt) }), href }];
}

// From closed to open and back: that a trial failed in between is on its card and on the charts.
function ofTransition(one) {
  const key = `${one.replica} ${one.name} ${one.number}`;
  const other = one.name === "database" ? "" : ".of";
  const what = t(`breaker.why.${one.reason}`, { replica: shortId(one.replica) });
  if (one.to === "closed") return [{ key, at: one.at, kind: "resolved", firing: false, title: t(`feed.breaker.closed${other}`, { name: one.name }), what }];
  if (one.from !== "closed") return [];
  return [{ key, at: one.at, kind: "breaker", firing: false, title: t(`feed.breaker.open${other}`, { name: one.name }), what }];
}

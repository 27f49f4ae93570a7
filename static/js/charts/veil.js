/** What spans all charts: fault bands and alert bars in their lanes, and the hours below. */
import { svg } from "../lib/dom.js";
import { clock } from "../lib/clock.js";
import { t } from "../lib/strings.js";
import { isGrave } from "../live/firings.js";
import { describe } from "../live/plan.js";
import { barsOf, openingsOf } from "./lanes.js";
import { across, timeTicks } from "./scales.js";

/**
 * @param {SVGElement} veil @param {number[]} window
 * @param {{bands: any[], breaches: any[], transitions: any[], switched: any[], replicas: string[], seededUntil: number | null}} marks
 */
export function drawVeil(veil, [from, to], { bands, breaches, transitions: all, switched, replicas, seededUntil }) {
  // The lane is the database's: a webhook's breaker says nothing of the service.
  const transitions = all.filter(({ name }) => name === "database");
  room = veil.clientWidth || Infinity;
  const place = (time) => Math.min(Math.max(across(time, from, to), 0), 1);
  const span = ({ from: begin, to: end }) => [place(begin), place(end ?? to)];
  const seen = (mark) => mark.from < to && (mark.to === null || mark.to > from);
  veil.replaceChildren(
    ...(seededUntil !== null && seededUntil > from ? seeded(place(seededUntil)) : []),
    ...bands.filter(seen).flatMap((band) => fault(band, ...span(band))),
    ...barsOf(breaches.filter((one) => !one.silenced)).filter(seen).flatMap((one) => breach(one, ...span(one), place(one.from) > 0)),
    ...openingsOf(transitions, replicas).filter(seen).flatMap((one) => opening(one, ...span(one), place(one.from) > 0)),
    ...transitions.filter(({ at }) => at > from && at < to).map((one) => transition(one, place(one.at))),
    ...switched.filter(seen).map((one) => off(one, ...span(one))),
    ...hours(from, to),
  );
}

const LETTER = 6.5; // pixels, about
let room = 0; // the lanes' width in pixels

const pc = (ratio) => `${(ratio * 100).toFixed(3)}%`;

function fault(band, begin, end) {
  const past = band.to !== null ? "--past" : "";
  const width = Math.max(end - begin, 0.002);
  return [
    svg("rect", { class: `band${past && " band--past"}`, x: pc(begin), width: pc(width), height: "100%" }),
    svg("rect", { class: `lane-bar${past && " lane-bar--past"}`, x: pc(begin), y: ".125rem", width: pc(width), height: "1rem", rx: 2 }),
    ...word(describe(band), begin, width, "0", `lane-text${past && " lane-text--past"}`),
    ...(past ? [] : [svg("line", { class: "band-edge", x1: pc(begin), x2: pc(begin), y1: 2, y2: "100%" })]),
  ];
}

function breach(one, begin, end, starts) {
  const past = one.to !== null;
  const width = Math.max(end - begin, 0.002);
  const kind = isGrave(one) ? "alert" : "ticket";
  const bar = `lane-bar lane-bar--${kind}${past ? ` lane-bar--${kind}-past` : ""}`;
  return [
    svg("rect", { class: bar, x: pc(begin), y: "1.375rem", width: pc(width), height: "1rem", rx: 2 }),
    ...word(t(`severity.${one.severity}`), begin, width, "1.25rem", past ? `lane-text lane-text--${kind}-past` : `lane-text lane-text--${kind}`),
    ...(starts && !past && kind === "alert" ? [svg("line", { class: "alert-line", x1: pc(begin), x2: pc(begin), y1: "1.375rem", y2: "100%" })] : []),
  ];
}

// A breaker that is open on some replica: from its opening to its closing, half-open moments included.
function opening(one, begin, end, starts) {
  const past = one.to !== null ? "-past" : "";
  const width = Math.max(end - begin, 0.002);
  return [
    svg("rect", { class: `lane-bar lane-bar--open${past}`, x: pc(begin), y: "2.625rem", width: pc(width), height: "1rem", rx: 2 }),
    ...(starts ? [svg("line", { class: "open-line", x1: pc(begin), x2: pc(begin), y1: "2.625rem", y2: "100%" })] : []),
  ];
}

const MARK = { open: "M-4 5L0 -3L4 5z", half_open: "M0 -4a4 4 0 100 8z", closed: "M-4 0a4 4 0 108 0a4 4 0 10-8 0" };

function transition({ to }, at) {
  return svg("svg", { x: pc(at), y: "3.125rem", overflow: "visible" }, svg("path", { class: `breaker-mark breaker-mark--${to.replace("_", "-")}`, d: MARK[to] }));
}

// What the operator switched off: a thin line under the breaker's lane.
function off({ off: names, to }, begin, end) {
  const title = svg("title", {}, t("lane.off", { names: names.map((name) => t(`pattern.${name}`)).join(", ") }));
  return svg("rect", { class: `lane-off${to === null ? "" : " lane-off--past"}`, x: pc(begin), y: "3.6875rem", width: pc(Math.max(end - begin, 0.002)), height: "3px" }, title);
}

// A nested svg clips its words at the bar's end, so a short bar never writes over its neighbour.
function word(text, begin, width, y, style) {
  if (width * room < (text.length + 2) * LETTER) return []; // half a word says less than none
  return [svg("svg", { x: pc(begin), y, width: pc(width), height: "1.25rem", overflow: "hidden" }, svg("text", { class: style, x: ".375rem", y: ".9375rem" }, text))];
}

function seeded(end) {
  const words = svg("text", { class: "seeded-text", x: pc(Math.max(end, 0)), y: "100%", dy: "-1.75rem", dx: -6 }, t("charts.seeded"));
  return [...(end > 0.15 ? [words] : []), svg("svg", { y: "100%", overflow: "visible" }, svg("rect", { class: "seeded-zone", width: pc(end), y: "-1.5rem", height: ".375rem" }))];
}

function hours(from, to) {
  const offset = -new Date(to * 1000).getTimezoneOffset() * 60;
  const { step, ticks } = timeTicks(from, to, offset);
  const style = step >= 86400 || to - from > 172800 ? "day" : step < 60 ? "second" : "minute";
  return ticks
    .filter((tick) => across(tick, from, to) > 0.03 && across(tick, from, to) < 0.97)
    .map((tick, i) => svg("text", { class: `mid-text${i % 2 ? " long" : ""}`, x: pc(across(tick, from, to)), y: "100%", dy: "-.4375rem" }, clock(tick, style)));
}

/** Several alerts fire at once, the lane is one: who looks wants to know since when, and how bad. Pure. */
import { isGrave } from "../live/firings.js";

/**
 * Bars that don't overlap: what is grave covers the rest, and what touches is one bar, of the gravest in it.
 * @param {{severity: string, from: number, to: number | null}[]} breaches
 * @returns {{severity: string, from: number, to: number | null}[]} in order of time
 */
export function barsOf(breaches) {
  const grave = union(breaches.filter(isGrave));
  const rest = union(breaches.filter((one) => !isGrave(one))).flatMap((bar) => without(bar, grave));
  return [...grave, ...rest].sort((a, b) => a.from - b.from);
}

const OPEN_FOR = 30; // seconds: what a replica that is gone can't say any more

/**
 * When a breaker was not closed on some replica, out of its transitions.
 * @param {{replica: string, name: string, number: number, at: number, from: string, to: string}[]} transitions
 * @param {string[]} replicas those that run
 * @returns {{severity: string, from: number, to: number | null}[]} in order of time, none overlapping
 */
export function openingsOf(transitions, replicas) {
  const bars = [];
  /** @type {Map<string, any>} */
  const open = new Map();
  for (const one of transitions.toSorted((a, b) => a.at - b.at || a.number - b.number)) {
    const key = `${one.replica} ${one.name}`;
    const bar = open.get(key);
    if (one.to === "closed") {
      if (bar) bar.to = one.at;
      open.delete(key);
    } else if (!bar) {
      open.set(key, { severity: "open", from: one.at, to: null, replica: one.replica, last: one.at });
      bars.push(open.get(key));
    } else bar.last = one.at;
  }
  for (const bar of bars) if (bar.to === null && !replicas.includes(bar.replica)) bar.to = bar.last + OPEN_FOR;
  return union(bars);
}

const FIRST = new Set(["page", "ticket"]); // of two that look alike, the graver

const end = (bar) => bar.to ?? Infinity;

function union(bars) {
  const out = [];
  for (const { severity, from, to } of bars.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (!last || from > end(last)) out.push({ severity, from, to });
    else {
      if (FIRST.has(severity)) last.severity = severity;
      if ((to ?? Infinity) > end(last)) last.to = to;
    }
  }
  return out;
}

function without(bar, covers) {
  let rest = [bar];
  for (const cover of covers) {
    rest = rest.flatMap((piece) => {
      if (cover.from >= end(piece) || end(cover) <= piece.from) return [piece];
      const before = piece.from < cover.from ? [{ ...piece, to: cover.from }] : [];
      const after = end(piece) > end(cover) ? [{ ...piece, from: cover.to }] : [];
      return [...before, ...after];
    });
  }
  return rest;
}

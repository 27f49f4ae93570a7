/** The states of an SLO: each has a class for its colour, a glyph and a word. */
import { icon } from "../lib/dom.js";
import { oneOf } from "../lib/dom.js";

export const STATES = ["is-ok", "is-risk", "is-burning", "is-exhausted", "is-stale", "is-seeded", "is-fault"];

const CLASS = { ok: "is-ok", at_risk: "is-risk", burning: "is-burning", exhausted: "is-exhausted" };
const GLYPH = {
  "is-ok": "ok", "is-risk": "risk", "is-burning": "burning", "is-exhausted": "exhausted",
  "is-stale": "stale", "is-seeded": "seeded", "is-fault": "fault",
};

/** The class of a status of /api/slo; no data has none. @param {string | undefined} status */
export function stateOf(status) {
  return CLASS[status] ?? null;
}

/** Writes a badge. @param {HTMLElement} node @param {string | null} state @param {string} word */
export function badge(node, state, word) {
  oneOf(node, STATES, state);
  if (node.dataset.shown === `${state} ${word}`) return;
  node.dataset.shown = `${state} ${word}`;
  node.replaceChildren(...(state ? [icon(GLYPH[state])] : []), word);
}

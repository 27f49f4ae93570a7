/** The lines of an incident's timeline on its charts: numbered, each at its moment. */
import { svg } from "../lib/dom.js";
import { across } from "./scales.js";


/** @typedef {{number: number, at: number, title: string}} Moment */

/**
 * Marks that don't overlap, in order of time. Pure.
 * @param {Moment[]} moments @param {number[]} window @param {number} width pixels
 * @returns {{at: number, first: number, last: number, titles: string[]}[]} `at` is 0..1
 */
export function marksOf(moments, [from, to], width) {
  const marks = [];
  for (const { number, at, title } of moments) {
    const place = across(at, from, to);
    if (place < 0 || place > 1) continue;
    const last = marks.at(-1);
    // What would lie on the one before is told by it.
    if (last && (place - last.at) * width < half(wordOf(last)) + GROWN) {
      last.last = number;
      last.titles.push(title);
    } else marks.push({ at: place, first: number, last: number, titles: [title] });
  }
  return marks;
}

const wordOf = ({ first, last }) => (first === last ? String(first) : `${first}–${last}`);
const GROWN = 25; // pixels, half of a mark that others may still join
const half = (word) => word.length * 4 + 5; // pixels, of a mark's width

/** @param {SVGElement} layer @param {Moment[]} moments @param {number[]} window */
export function drawMoments(layer, moments, window) {
  const marks = marksOf(moments, window, layer.clientWidth || 1);
  layer.replaceChildren(...marks.map(mark));
}

function mark({ at, first, last, titles }) {
  const x = `${(at * 100).toFixed(3)}%`;
  const word = wordOf({ first, last });
  const wide = half(word) / 16; // rem
  const box = svg("rect", { x: `${-wide}rem`, y: "-.5rem", width: `${2 * wide}rem`, height: "1rem", rx: 8 });
  const label = svg("svg", { x, y: "4.375rem", overflow: "visible" }, svg("title", {}, titles.join("\n")), box, svg("text", { y: ".3em" }, word));
  return svg("g", { class: "moment", "data-first": first, "data-last": last }, svg("line", { x1: x, x2: x, y1: "4.875rem", y2: "100%" }), label);
}

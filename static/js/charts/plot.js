/** One chart: a uPlot canvas for the lines, and an SVG over it for what has words. */
import uPlot from "../../vendor/uplot/uPlot.esm.js";

import { svg } from "../lib/dom.js";
import { limitsOf } from "./limits.js";
import { magnified } from "./palette.js";
import { ceiling, top } from "./scales.js";

/**
 * @param {HTMLElement} host @param {import("./definitions.js").Definition} chart
 * @param {{errors: boolean, burn: boolean}} heat @param {(u: uPlot) => void} onCursor
 */
export function createPlot(host, chart, heat, onCursor) {
  const canvas = document.createElement("div");
  canvas.className = "plots__canvas";
  const marks = svg("svg", { class: "plots__marks", "aria-hidden": "true" });
  host.append(canvas, marks);
  let edges = [0, 1];
  let most = 1;
  let peak = 0;
  const plot = new uPlot(
    {
      width: 100, height: 100, padding: [3, 0, 1, 0], legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false, range: () => edges },
        y: { range: () => [0, most], distr: chart.distr ?? 1, asinh: 1 },
      },
      cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: "live" } },
      series: [{}, ...chart.lines(heat)],
      // Labels go where the drawing put their values, and that comes after the data was set.
      hooks: { setCursor: [onCursor], draw: [label] },
    },
    [[], ...chart.columns.map(() => [])],
    canvas,
  );

  /** @param {Table} table @param {number[]} window @param {Table} [whole] what the axis has room for: a replay's does not grow @typedef {import("../live/history.js").Table} Table */
  function draw(table, window, whole = table) {
    const columns = chart.columns.map((column) => table[column]);
    edges = window;
    peak = top(...chart.columns.map((column) => whole[column]));
    most = ceiling(chart.name, peak);
    plot.setData([table.t, ...columns]);
  }

  function label(drawn) {
    const floor = svg("line", { class: "gridline", x1: 0, x2: "100%", y1: "100%", y2: "100%" });
    const labelled = [];
    // Labels that would lie on each other give way: a scale's figure to a limit, a limit to the one above.
    const all = limitsOf(chart.name, most, peak).sort((a, b) => Number(b.limit) - Number(a.limit));
    const lines = all.flatMap(({ at, figure, word, limit }) => {
      const y = drawn.valToPos(at, "y");
      if (y < -2) return [];
      const parts = [svg("line", { class: limit ? "limit" : "gridline", x1: 0, x2: "100%", y1: y, y2: y })];
      if (labelled.every((other) => Math.abs(y - other) >= 12 * magnified())) {
        labelled.push(y);
        parts.push(svg("text", { x: "100%", dx: ".5rem", dy: ".35em", y }, figure, svg("tspan", { class: "long" }, ` ${word}`)));
      }
      return parts;
    });
    marks.replaceChildren(floor, ...lines);
  }

  function resize() {
    const { width, height } = canvas.getBoundingClientRect();
    if (width && height) plot.setSize({ width, height });
  }

  return { name: chart.name, host, plot, draw, resize, redraw: () => plot.redraw(false) };
}

/** The four charts together: one time axis, one window, one crosshair. */
import { CHARTS } from "./definitions.js";
import { createCrosshair } from "./crosshair.js";
import { createPlot } from "./plot.js";
import { readPalette } from "./palette.js";
import { drawVeil } from "./veil.js";

/** @param {HTMLElement} root `.plots` @param {{errors: boolean, burn: boolean}} heat @param {import("./definitions.js").Definition[]} [charts] */
export function createBoard(root, heat, charts = CHARTS) {
  const veil = root.querySelector("[data-veil]");
  const crosshair = createCrosshair(root, veil);
  let shown = null;
  let index = null;
  readPalette();
  const plots = charts.map((chart) => createPlot(root.querySelector(`[data-chart=${chart.name}]`), chart, heat, onCursor));

  function onCursor({ cursor }) {
    // A redraw moves no pointer: keep the crosshair where it is.
    if (cursor.left < 0 || cursor.idx === null) return;
    index = cursor.idx;
    mark();
  }

  function mark() {
    if (shown) crosshair.show(shown.table, index, shown.window, plots);
  }

  /** @param {any} next {table, window, marks}, and `whole`: the table that the axes have room for */
  function draw(next) {
    const pinned = index !== null && shown ? shown.table.t[index] : null;
    shown = next;
    for (const plot of plots) plot.draw(next.table, next.window, next.whole);
    drawVeil(veil, next.window, next.marks);
    // The crosshair stays on its second while the charts move under it.
    index = pinned === null ? null : next.table.t.indexOf(pinned);
    if (index !== null && index < 0) index = null;
    if (index !== null) mark();
  }

  root.addEventListener("pointerleave", () => (index = null));
  root.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") {
      index = null;
      crosshair.hide();
    } else if (way && shown?.table.t.length && event.target === root) {
      event.preventDefault();
      index = Math.min(Math.max((index ?? shown.table.t.length - 1) + way, 0), shown.table.t.length - 1);
      mark();
    }
  });
  new ResizeObserver(() => {
    for (const plot of plots) plot.resize();
    if (shown) draw(shown);
  }).observe(root);
  document.addEventListener("ironclad:theme", () => {
    readPalette();
    for (const plot of plots) plot.redraw();
  });
  return { draw };
}

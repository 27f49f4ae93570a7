/** The charts that were kept of a run, with the parts that they are drawn with. */
import { createBoard } from "../charts/board.js";
import { top } from "../charts/scales.js";
import { call } from "../lib/api.js";
import { el, icon, say } from "../lib/dom.js";
import { latency, number, times } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { History } from "../live/history.js";

/**
 * @param {HTMLElement} root that has the plots @param {string} url of the figures
 * @param {(kept: {table: any, marks: any, window: [number, number]}) => void} ready once they are there
 */
export function createKept(root, url, ready) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const heat = { errors: false, burn: false };
  const board = createBoard(part("plots"), heat);

  async function load() {
    try {
      const series = await call(url);
      const history = new History();
      history.load(series);
      part("plots-blank").hidden = true;
      const marks = Object.fromEntries(["bands", "breaches", "transitions", "switched"].map((name) => [name, [...history[name].values()]]));
      ready({ table: history.table(), marks: { ...marks, replicas: [], seededUntil: null }, window: [series.from, series.to] });
    } catch (error) {
      const again = el("button", { class: "btn", type: "button", onclick: load }, t("action.again"));
      part("plots-blank").replaceChildren(icon("exhausted"), el("h3", {}, t("charts.failed")), el("p", {}, error.message), again);
    }
    root.setAttribute("aria-busy", "false");
  }

  /** The figures beside the charts. @param {any} row */
  function figures(row) {
    const shown = { n: number(row.n, 1), err: number(row.err === null ? null : row.err * 100, 2), p50: latency(row.p50), p95: latency(row.p95), p99: latency(row.p99), burn5m: times(row.burn5m), burn1h: times(row.burn1h), burn6h: times(row.burn6h) };
    for (const [name, figure] of Object.entries(shown)) say(root.querySelector(`[data-now="${name}"]`), figure);
  }

  load();
  return { draw: board.draw, figures };
}

/** The highest of each column. @param {any} table */
export function highest(table) {
  return Object.fromEntries(Object.entries(table).map(([name, column]) => [name, top(column)]));
}

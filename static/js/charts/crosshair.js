/** One crosshair over all charts, by pointer or by the arrow keys, with a chip of figures in each. */
import { clock } from "../lib/clock.js";
import { latency, number, percent, times } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { svg } from "../lib/dom.js";

const WORDS = {
  traffic: (row) => `${number(row.n)} ${t("unit.rps")}`,
  errors: (row) => (row.limited > 0 ? `${percent(row.err, 2)} · 429 ${percent(row.limited, 2)}` : percent(row.err, 2)),
  latency: (row) => `p50 ${latency(row.p50)} · p95 ${latency(row.p95)} · p99 ${latency(row.p99)}`,
  burn: (row) => `${t("range.5m")} ${times(row.burn5m)} · ${t("range.1h")} ${times(row.burn1h)} · ${t("range.6h")} ${times(row.burn6h)}`,
};

/** @param {HTMLElement} root `.plots` @param {SVGElement} veil */
export function createCrosshair(root, veil) {
  const layer = svg("g");
  const chips = new Map();

  /** @param {import("../live/history.js").Table} table @param {number | null} index @param {number[]} window @param {any[]} plots */
  function show(table, index, window, plots) {
    if (index === null || index === undefined || table.t[index] === undefined) return hide();
    const at = (table.t[index] - window[0]) / (window[1] - window[0]);
    if (at < 0 || at > 1) return hide();
    const row = Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column[index]]));
    const x = `${at * 100}%`;
    layer.replaceChildren(
      svg("line", { class: "cross", x1: x, x2: x, y1: "3.75rem", y2: "100%" }),
      time(x, clock(row.t)),
    );
    veil.append(layer);
    for (const plot of plots) chip(plot, at, WORDS[plot.name](row));
  }

  function chip({ name, host }, at, text) {
    if (!chips.has(name)) {
      const made = document.createElement("span");
      made.className = "plots__chip";
      made.setAttribute("aria-hidden", "true");
      host.append(made);
      chips.set(name, made);
    }
    const node = chips.get(name);
    node.textContent = text;
    node.hidden = false;
    node.style.setProperty("--at", String(at));
    node.classList.toggle("plots__chip--left", at > 0.6);
  }

  function time(x, text) {
    const box = svg("rect", { x: "-2.25rem", y: "-1.3125rem", width: "4.5rem", height: "1.1875rem", rx: 3 });
    return svg("svg", { class: "chip", x, y: "100%", overflow: "visible" }, box, svg("text", { class: "mid-text", y: "-.4375rem" }, text));
  }

  function hide() {
    layer.remove();
    for (const node of chips.values()) node.hidden = true;
  }

  root.addEventListener("pointerleave", hide);
  return { show, hide };
}

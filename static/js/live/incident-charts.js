/** The charts of one incident: as on Live, from before it began until after it was over. */
import { createBoard } from "../charts/board.js";
import { drawMoments } from "../charts/moments.js";
import { createNumbers } from "../charts/numbers.js";
import { top } from "../charts/scales.js";
import { call } from "../lib/api.js";
import { clock, zone } from "../lib/clock.js";
import { el, icon, say } from "../lib/dom.js";
import { duration, latency, number, times } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { isHot } from "./heat.js";
import { History } from "./history.js";

/** @param {HTMLElement} root `[data-incident-charts]` @param {any} store */
export function createIncidentCharts(root, store) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const lines = () => document.querySelector("[data-moments]"); // another one whenever it was read again
  const story = lines().parentElement;
  const history = new History();
  const heat = { errors: false, burn: false };
  const board = createBoard(part("plots"), heat);
  const numbers = createNumbers(part("numbers"));
  const toggle = part("toggle");
  let span = null;

  /** Reads them again: what is drawn of an incident that goes on is finer than what is stored. */
  async function load() {
    try {
      const series = await call(root.dataset.incidentCharts);
      history.load(series);
      span = [series.from, series.to];
      draw();
    } catch (error) {
      if (!span) cover("exhausted", t("charts.failed"), error.message, el("button", { class: "btn", type: "button", onclick: load }, t("action.again")));
    }
    root.setAttribute("aria-busy", "false");
  }

  const goesOn = () => lines().dataset.moments === "on";

  function draw() {
    if (!span) return;
    const table = history.table();
    const end = goesOn() ? Math.max(span[1], table.t.at(-1) ?? 0) : span[1];
    const window = [span[0], end];
    part("plots-blank").hidden = true;
    if (!table.t.length) return cover("ring", t("incident.forgotten"), t("incident.forgotten.why"));
    Object.assign(heat, goesOn() ? isHot(store) : { errors: false, burn: false });
    if (part("numbers").hidden) board.draw({ table, window, marks: marksOf(history) });
    else numbers.show(table, window);
    drawMoments(part("veil-moments"), momentsOf(lines()), window);
    worst(table);
    say(part("note"), t("incident.span", { from: clock(window[0]), to: clock(end), zone: zone() }));
  }

  function marksOf({ bands, breaches, transitions, switched, seededUntil }) {
    const all = Object.fromEntries(Object.entries({ bands, breaches, transitions, switched }).map(([name, marks]) => [name, [...marks.values()]]));
    // A replica that is gone can't say that its breaker closed.
    const replicas = goesOn() ? (store.snapshot?.resilience?.replicas ?? []).map(({ id }) => id) : [];
    return { ...all, replicas, seededUntil: seededUntil ?? null };
  }

  function worst(table) {
    const figures = { n: number(top(table.n), 1), err: number(top(table.err) * 100, 2), p50: latency(top(table.p50)), p95: latency(top(table.p95)), p99: latency(top(table.p99)), burn5m: times(top(table.burn5m)), burn1h: times(top(table.burn1h)), burn6h: times(top(table.burn6h)) };
    for (const [name, figure] of Object.entries(figures)) say(root.querySelector(`[data-now="${name}"]`), figure);
    // What is drawn looks back over five seconds, or over a step where that is longer.
    say(part("err-window"), t("incident.most", { n: duration(Math.max(5, history.step)) }));
  }

  function cover(glyph, title, why, ...more) {
    const blank = part("plots-blank");
    blank.replaceChildren(icon(glyph), el("h3", {}, title), el("p", {}, why), ...more);
    blank.hidden = false;
  }

  function flip() {
    const on = part("numbers").hidden;
    part("numbers").hidden = !on;
    part("plots").hidden = on;
    toggle.setAttribute("aria-pressed", String(on));
    draw();
  }

  /** The line of the timeline that is pointed at shows on the charts. */
  function point({ target }) {
    const number = Number(target instanceof Element ? target.closest("li")?.dataset.moment : 0);
    for (const mark of part("veil-moments").children) mark.classList.toggle("is-on", Number(mark.dataset.first) <= number && number <= Number(mark.dataset.last));
  }

  toggle.addEventListener("click", flip);
  story.addEventListener("pointerover", point);
  story.addEventListener("pointerleave", () => point({ target: null }));
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(part("plots"));
  store.subscribe(() => {
    if (!span || !goesOn()) return;
    // Its own alerts, from either source, came with the series.
    history.merge({ ...store.snapshot, breaches: undefined });
    requestAnimationFrame(draw);
  });
  load();
  return { load, flip };
}

/** @param {HTMLElement} list @returns {import("../charts/moments.js").Moment[]} */
function momentsOf(list) {
  return [...list.querySelectorAll("[data-moment]")].map((line) => ({
    number: Number(line.dataset.moment),
    at: Date.parse(line.querySelector("time").dateTime) / 1000,
    title: line.querySelector("strong").textContent,
  })).sort((a, b) => a.at - b.at); // a list may have the newest first
}

/** A run played again: the charts up to a cursor, and what was told by then. */
import { across } from "../charts/scales.js";
import { clock } from "../lib/clock.js";
import { say, svg } from "../lib/dom.js";
import { number, percent, times } from "../lib/format.js";
import { t, tn } from "../lib/strings.js";
import { clockOf } from "./course.js";
import { cut, marksAt, rowAt, spentAt, standingAt } from "./film.js";
import { createKept } from "./kept.js";

/** @param {HTMLElement} root `[data-replay]` */
export function createReplay(root) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const page = (name) => document.querySelector(`[data-${name}]`);
  const [scrub, play] = [part("scrub"), part("play")];
  const nodes = [...page("lines").children];
  const lines = nodes.map(lineOf).reverse(); // the page has the newest first
  const titles = [...page("titles").children].map((node) => node.textContent);
  const spends = root.dataset.spends === "" ? null : Number(root.dataset.spends);
  let film = null;
  let began = Number(root.dataset.began);
  let speed = 5;
  let last = null; // performance.now() of the last frame while it plays
  let at = 0;

  const kept = createKept(root, root.dataset.replay, (found) => {
    film = found;
    began ||= film.window[0];
    Object.assign(scrub, { min: String(film.window[0]), max: String(film.window[1]) });
    const asked = Number(new URLSearchParams(location.search).get("at"));
    seek(asked ? began + asked : began);
  });

  function seek(moment) {
    at = Math.min(Math.max(moment, film.window[0]), film.window[1]);
    scrub.value = String(at);
    scrub.style.setProperty("--at", String(across(at, ...film.window)));
    scrub.setAttribute("aria-valuetext", t("replay.at", { time: into() }));
    draw();
  }

  /** Before the run began the time is negative, as before a start. */
  const into = () => (at < began ? `−${clockOf(began - at)}` : clockOf(at - began));

  function draw() {
    const { table, marks, window } = film;
    const transitions = marks.transitions.filter((one) => one.at <= at);
    kept.draw({ table: cut(table, at), whole: table, window, marks: { ...marks, transitions, bands: marksAt(marks.bands, at), breaches: marksAt(marks.breaches, at), switched: marksAt(marks.switched, at) } });
    veil(across(at, ...window));
    const row = rowAt(table, at);
    if (row) kept.figures(row);
    told(row);
  }

  function veil(place) {
    const x = `${(place * 100).toFixed(3)}%`;
    part("veil").append(
      svg("rect", { class: "beyond beyond--lanes", x, width: `${((1 - place) * 100).toFixed(3)}%`, height: "3.75rem" }),
      svg("rect", { class: "beyond", x, width: `${((1 - place) * 100).toFixed(3)}%`, height: "100%" }),
      svg("line", { class: "cursor", x1: x, x2: x, y1: 0, y2: "100%" }),
    );
  }

  function told(row) {
    const now = standingAt(lines, at);
    say(part("time"), into());
    say(page("elapsed"), into());
    say(page("clock"), clock(at));
    say(page("step"), now.step === null ? "–" : t("replay.step", { n: now.step + 1, all: titles.length }));
    say(page("step-title"), now.step === null ? t("gameday.before") : titles[now.step] ?? "");
    say(page("checks"), number(now.passed));
    say(page("failed"), now.failed ? tn("gameday.failed", now.failed) : t("replay.none-failed"));
    say(page("spent"), percent(spentAt(film.table, at, began, spends), 2));
    say(page("burn"), times(row?.burn5m));
    say(page("errors"), t("replay.errors", { n: percent(row?.err, 2) }));
    nodes.forEach((node, i) => (node.hidden = nodes.length - 1 - i >= now.lines));
  }

  function frame(now) {
    if (last === null) return;
    const next = at + ((now - last) / 1000) * speed;
    last = now;
    seek(next);
    if (at >= film.window[1]) return pause();
    requestAnimationFrame(frame);
  }

  function pause() {
    last = null;
    face();
  }

  function flip() {
    if (!film) return;
    if (last !== null) return pause();
    if (at >= film.window[1]) seek(film.window[0]);
    last = performance.now();
    face();
    requestAnimationFrame(frame);
  }

  function face() {
    say(play, t(last === null ? "replay.play" : "action.pause"));
    play.setAttribute("aria-pressed", String(last !== null));
  }

  play.addEventListener("click", flip);
  scrub.addEventListener("input", () => film && seek(Number(scrub.value)));
  part("speeds").addEventListener("click", ({ target }) => {
    const chosen = target.closest("button");
    if (!chosen) return;
    speed = Number(chosen.value);
    for (const button of part("speeds").children) button.setAttribute("aria-pressed", String(button === chosen));
  });
  new ResizeObserver(() => film && requestAnimationFrame(draw)).observe(part("plots"));
  return { flip };
}

function lineOf(node) {
  const step = node.dataset.moment ? Number(node.dataset.moment) - 1 : null;
  return { at: Date.parse(node.querySelector("time").dateTime) / 1000, kind: node.dataset.kind, step };
}

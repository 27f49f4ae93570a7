/** A run that goes on: its figures each second, its parts whenever something has happened. */
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { clockOf, courseOf } from "./course.js";
import { poll } from "./poll.js";

const TICK = 250; // ms

/**
 * @param {HTMLElement} root `[data-run]`
 * @param {{load: () => void, onOver: () => void}} page `load` reads its parts again
 */
export function createRun(root, { load, onOver }) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const announce = document.querySelector("[data-said]");
  let said = null;
  let heardAt = 0;
  let revision = root.dataset.revision;
  let spoken = null;

  function take(answer) {
    said = answer;
    heardAt = performance.now();
    write();
    if (spoken !== null && answer.said !== spoken) say(announce, answer.said);
    spoken = answer.said;
    if (answer.over) onOver();
    else if (answer.revision !== revision) load();
    revision = answer.revision;
    return !answer.over;
  }

  /** Everything that moves; again after a part was read anew. */
  function write() {
    if (!said) return;
    for (const [name, text] of Object.entries(said.figures)) each(`[data-figure="${name}"]`, text);
    for (const [id, text] of Object.entries(said.got)) if (text) each(`[data-got="${id}"]`, text);
    tick();
  }

  function each(selector, text) {
    for (const node of root.querySelectorAll(selector)) if (!node.firstElementChild) say(node, text);
  }

  function tick() {
    if (!said || said.over) return;
    const now = courseOf(said, (performance.now() - heardAt) / 1000);
    if (now.elapsed !== null) say(part("elapsed"), clockOf(now.elapsed));
    say(part("left"), now.left === null ? t("gameday.open") : now.left > 0 ? t("gameday.togo", { time: clockOf(Math.ceil(now.left)) }) : t("gameday.closing"));
    const left = part("step-left");
    if (left && now.stepLeft !== null) say(left, t("gameday.left", { time: stepTime(now.stepLeft) }));
    const gauge = part("gauge");
    if (!gauge || now.stepDone === null) return;
    part("done").setAttribute("width", `${(now.stepDone * 100).toFixed(1)}%`);
    gauge.setAttribute("aria-label", t("gameday.done", { n: Math.round(now.stepDone * 100) }));
  }

  poll(root.dataset.run, take);
  setInterval(tick, TICK);
  return { write };
}

/** Seconds up to a minute, then a clock. @param {number} seconds */
export function stepTime(seconds) {
  const whole = Math.ceil(seconds);
  return whole < 60 ? t("unit.s", { n: whole }) : clockOf(whole);
}

/** A lesson that runs: its figures, its countdown, and on to the next stage by itself. */
import { call } from "../lib/api.js";
import { say } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { lessonFigures } from "./lesson-figures.js";

const LOOK = 1000; // ms
const MOVES = ["ready", "stuck", "running", "settling", "over"]; // stages that end by themselves

/** @param {HTMLElement} root `[data-lesson]` @param {any} store @param {() => Promise<void>} load reads the page's parts again */
export function createLesson(root, store, load) {
  const figures = lessonFigures(store);
  const said = document.querySelector("[data-said]");
  const stage = () => root.querySelector("[data-stage]").dataset.stage;

  function update() {
    for (const node of root.querySelectorAll("[data-fig]")) say(node, figures[node.dataset.fig]());
    const left = root.querySelector("[data-left]");
    if (left) say(left, duration(store.remaining()));
  }

  /** What its button would do. @param {string} step */
  async function take(step) {
    const form = root.querySelector(`form[data-auto=${step}]`);
    if (form) await fetch(form.action, { method: "POST", body: new FormData(form) });
    await load();
  }

  async function look() {
    if (document.hidden || !MOVES.includes(stage())) return;
    const now = await call(`${root.dataset.lesson}/state`);
    const before = stage();
    if (now.stage === "running" && now.reached && before === "running") await take("end");
    else if (now.stage === "over" && before === "over") await take("settle");
    else if (now.stage !== before) await load();
    const words = ["running", "settling", "told"].includes(stage()) ? t(`tour.${stage()}`) : "";
    if (stage() !== before) say(said, words);
  }

  async function watch() {
    try {
      await look();
    } catch {
      // The banner says what is the matter; the next look may succeed.
    }
    setTimeout(watch, LOOK);
  }

  store.subscribe(update);
  setInterval(() => store.snapshot && update(), 250);
  watch();
}

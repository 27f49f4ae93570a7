/** A drill that goes on: its figures, the time that is left, and to its result when it is over. */
import { countdown } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { lessonFigures } from "./lesson-figures.js";

/** @param {HTMLElement} root `[data-drill]` @param {any} store */
export function createDrill(root, store) {
  const figures = lessonFigures(store);
  const number = root.dataset.drill;
  let concealed = false;

  function update() {
    for (const node of root.querySelectorAll("[data-fig]")) say(node, figures[node.dataset.fig]());
    const ends = root.querySelector("[data-ends]")?.dataset.ends;
    const left = root.querySelector("[data-left]");
    if (ends && left) say(left, countdown(store.until(ends)));
    // The fault is over: so is the drill, or it will be within a second.
    if (concealed && store.plan && !store.plan.concealed) over();
    concealed = Boolean(store.plan?.concealed);
  }

  function over() {
    say(document.querySelector("[data-said]"), t("drill.over"));
    setTimeout(() => location.assign(`/console/drill/${number}`), 1500);
  }

  store.subscribe(update);
  setInterval(() => store.snapshot && update(), 250);
}

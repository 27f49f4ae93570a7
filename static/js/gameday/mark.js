/** Beside "Game days" in the top bar: which step the running one is in. */
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";

/** @param {any} store */
export function createRunMark(store) {
  const mark = document.querySelector("[data-game-day-runs]");
  store.subscribe(() => {
    const run = store.snapshot.gameDay;
    mark.hidden = run?.state !== "running";
    if (mark.hidden) return;
    say(mark, Number.isInteger(run.step) ? `${run.step + 1}/${run.steps}` : "●");
    mark.setAttribute("aria-label", t("gameday.runs"));
  });
}

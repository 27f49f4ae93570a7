/** On the Live page while a game day runs: which step, how long still, how its checks stand, and what to say. */
import { say } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t, tn } from "../lib/strings.js";
import { stepTime } from "./run.js";

/** @param {HTMLElement} root `[data-run-strip]` @param {any} store */
export function createRunStrip(root, store) {
  const part = (name) => root.querySelector(`[data-${name}]`);

  function update() {
    const run = store.snapshot?.gameDay;
    root.hidden = run?.state !== "running";
    if (root.hidden) return;
    say(part("title"), run.title);
    part("link").setAttribute("href", `/console/game-days/${run.id}`);
    say(part("step"), stepWords(run));
    const left = store.until(run.stepEndsAt ?? null);
    say(part("left"), left === null ? "" : t("gameday.left", { time: stepTime(Math.max(0, left)) }));
    say(part("checks"), checksWords(run));
    say(part("note"), run.note ?? "");
    part("note").title = run.note ?? "";
  }

  store.subscribe(update);
  setInterval(update, 500);
}

/** "step 3 of 6: 3 % errors" @param {any} run of a snapshot */
export function stepWords({ drill, step, steps, stepTitle }) {
  if (drill) return t("gameday.drill");
  if (step === null || step === undefined) return t("gameday.before");
  return t("gameday.step", { n: number(step + 1), all: number(steps), title: stepTitle ?? "" });
}

/** "4 of 11 checks passed, 1 failed"; of a drill nothing is told. @param {any} run of a snapshot */
export function checksWords({ checksPassed: n, checksFailed: failed, checksInAll: all }) {
  if (!all) return "";
  const words = t("gameday.checks", { n: number(n), all: number(all) });
  return failed ? `${words}, ${tn("gameday.failed", failed)}` : words;
}

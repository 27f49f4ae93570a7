/** Which game day holds the faults: said in the panel, with the way to it. */
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";

/** The number of the game day that holds the plan; null: nobody does. @param {any} plan */
export function gameDayOf(plan) {
  return plan?.holder ? plan.holder.replace(/^.*-/, "") : null;
}

/** @param {HTMLElement} root `[data-held]` @param {any} store */
export function createHolder(root, store) {
  const [word, link] = ["word", "link"].map((name) => root.querySelector(`[data-held-${name}]`));

  store.subscribe(() => {
    const n = gameDayOf(store.plan);
    root.hidden = n === null;
    if (n === null) return;
    say(word, t("held.word", { n }));
    say(link, t("action.open"));
    link.setAttribute("aria-label", t("held.open", { n }));
    link.setAttribute("href", `/console/game-days/${encodeURIComponent(n)}`);
  });
}

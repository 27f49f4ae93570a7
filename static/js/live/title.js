/** The tab says what fires, for whoever looks at another one. */
import { tn } from "../lib/strings.js";

/** @param {any} store */
export function createTitle(store) {
  const calm = document.title;
  store.subscribe(() => {
    const firing = (store.snapshot.alerts ?? []).filter((one) => one.state === "firing" && one.severity === "page");
    const pages = new Set(firing.map((one) => one.slo)).size;
    const next = pages ? `▲ ${tn("hero.pages", pages)} · ${calm}` : calm;
    if (document.title !== next) document.title = next;
  });
}

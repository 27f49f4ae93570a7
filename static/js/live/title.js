/** The tab says what fires, for whoever looks at another one. */
import { tn } from "../lib/strings.js";

/** @param {any} store */
export function createTitle(store) {
  const calm = document.title;
  store.subscribe(() => {
    const pages = (store.snapshot.breaches ?? []).filter((one) => one.to === null && one.severity === "page").length;
    const next = pages ? `▲ ${tn("hero.pages", pages)} · ${calm}` : calm;
    if (document.title !== next) document.title = next;
  });
}

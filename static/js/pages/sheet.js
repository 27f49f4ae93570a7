/** What all pages that the server makes have: local times, parts that stay fresh, copying, printing. */
import { createFresh } from "../controls/fresh.js";
import { markTarget } from "../controls/target.js";
import { localTimes } from "../controls/times.js";
import { createShell } from "./shell.js";

/** `onFresh` is told of a part of the page that was read again, by its name. */
export function createSheet() {
  /** @type {Map<string, () => void>} */
  const listeners = new Map();
  const { store, actions, start } = createShell();
  localTimes(document);
  const fresh = createFresh(store, (part) => {
    localTimes(part);
    markTarget(part);
    listeners.get(part.dataset.fresh)?.();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-curl]") : null;
    if (button?.dataset.curlBody) actions.copyWrite(button.dataset.curl, JSON.parse(button.dataset.curlBody));
    else if (button) actions.copyRead(button.dataset.curl);
  });
  document.querySelector("[data-print]")?.addEventListener("click", () => print());
  return { store, load: fresh.load, onFresh: (name, listener) => listeners.set(name, listener), start: (more = {}) => start({ disclosures: ".menu", reload: fresh.load, ...more }) };
}

/** Until when: counted down here from what the server said remains, so that a wrong clock changes nothing. */
import { countdown } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { inForce } from "../live/plan.js";

/** @param {HTMLElement} root `[data-ends]` @param {any} store @param {{extend: () => void}} actions */
export function createCountdown(root, store, actions) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const ttl = part("ttl");

  function update() {
    const on = inForce(store.plan);
    say(part("ends-word"), t(on ? "ends.in" : "ends.after"));
    say(part("ends-who"), on ? [store.plan.startedBy, store.plan.reason].filter(Boolean).join(": ") : t("ends.every"));
    const left = on ? store.remaining() : Number(ttl.value);
    say(part("ends-time"), countdown(left));
    part("ends-time").setAttribute("datetime", `PT${Math.max(0, Math.ceil(left))}S`);
    part("extend").hidden = !on;
    part("ttl-field").hidden = on;
  }

  part("extend").addEventListener("click", actions.extend);
  ttl.addEventListener("change", update);
  store.subscribe(update);
  setInterval(update, 250);
}

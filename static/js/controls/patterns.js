/** The patterns' switches: off for a while, with a reason; on again by themselves. */
import { countdown } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { badge } from "../live/states.js";

/** @param {HTMLElement} root `[data-patterns]` @param {any} store @param {any} actions */
export function createPatterns(root, store, actions) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const switches = [...root.querySelectorAll("[data-pattern]")].map((node) => ({ name: node.dataset.pattern, node, input: node.querySelector("[data-switch]") }));
  const patterns = () => store.snapshot?.resilience?.patterns ?? null;
  const shut = !store.mayChange ? t("why.viewer") : !store.config.chaosAllowed ? t("why.off") : "";
  let asked = null; // set here and not yet in a snapshot

  const wanted = (off) => ({ off, ttlSeconds: Number(part("ttl").value), reason: part("reason").value.trim() || t("reason.patterns") });
  const shown = () => switches.filter(({ input }) => !input.checked).map(({ name }) => name);

  async function apply(off) {
    asked = off;
    const done = await actions.switchPatterns(wanted(off), patterns());
    asked = null;
    if (!done) update();
  }

  function update() {
    const now = patterns();
    if (!now) return;
    const off = asked ?? now.off;
    const { count, confirmed } = now.replicas;
    for (const { name, node, input } of switches) {
      const on = !off.includes(name);
      input.disabled = Boolean(shut) || (on && store.forbidden()); // on again is always possible
      if (document.activeElement !== input || asked === null) input.checked = on;
      say(node.querySelector("[data-word]"), t(on ? "switch.on" : "switch.off"));
      node.querySelector("[data-does]").hidden = !on;
      node.querySelector("[data-left]").hidden = on;
      node.classList.toggle("is-fault", !on);
    }
    const waiting = asked !== null || confirmed < count;
    badge(part("off-count"), off.length ? "is-fault" : null, off.length ? (waiting ? t("switch.waiting", { n: off.length, confirmed, count }) : tn("switch.count", off.length)) : t("switch.all"));
    Object.assign(root.dataset, { version: now.version, off: now.off.join(" ") });
    tick();
  }

  function tick() {
    const now = patterns();
    if (!now) return;
    const any = now.off.length > 0;
    const left = any ? store.patternsRemaining() : Number(part("ttl").value);
    say(part("ends-word"), t(any ? "switch.ends.in" : "switch.ends.after"));
    say(part("ends-who"), any ? [now.startedBy, now.reason].filter(Boolean).join(": ") : t("switch.ends.every"));
    say(part("ends-time"), countdown(left));
    part("ends-time").setAttribute("datetime", `PT${Math.max(0, Math.ceil(left))}S`);
    part("ttl-field").hidden = any;
    part("restore").hidden = !any;
  }

  for (const { input } of switches) {
    input.disabled = Boolean(shut);
    input.addEventListener("change", () => apply(shown()));
  }
  for (const name of ["ttl", "reason"]) part(name).disabled = Boolean(shut);
  part("restore").disabled = !store.mayChange;
  part("restore").addEventListener("click", () => apply([]));
  part("ttl").addEventListener("change", tick);
  part("curl").addEventListener("click", () => actions.copyPatterns(wanted(shown())));
  if (shut) say(part("ends-who"), shut);
  store.subscribe(update);
  setInterval(tick, 250);
}

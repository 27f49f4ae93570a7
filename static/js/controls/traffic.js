/** The built-in traffic: what is asked, what is sent, and what came of it. */
import { number } from "../lib/format.js";
import { oneOf, say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { badge } from "../live/states.js";
import { createFader } from "./fader.js";
import { TRAFFIC } from "./ladder.js";

const COUNTS = ["sent", "ok", "failed", "late", "dropped"];

/** @param {HTMLElement} root `[data-traffic]` @param {any} store @param {any} actions */
export function createTraffic(root, store, actions) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const word = (value) => `${number(value)} ${t("unit.rps")}`;
  let asked = null; // set here and not yet in a snapshot
  const fader = createFader(root, { ladder: TRAFFIC, word, tick: (value) => number(value), onMove: note, onApply: apply });

  async function apply(rate) {
    const before = store.snapshot?.traffic?.asked ?? 0;
    asked = rate;
    if (!(await actions.setTraffic(rate, before))) fader.revert();
    asked = null;
  }

  function update() {
    const { traffic } = store.snapshot;
    if (!traffic) return;
    if (asked === null) fader.follow(traffic.asked);
    say(part("rate"), number(traffic.rate));
    root.dataset.asked = traffic.asked;
    const state = !traffic.asked ? null : traffic.alive ? "is-ok" : "is-risk";
    badge(part("badge"), state, t(!traffic.asked ? "traffic.off" : traffic.alive ? "traffic.running" : "traffic.silent"));
    for (const name of COUNTS) {
      const node = root.querySelector(`[data-count=${name}]`);
      node.dataset.value = traffic[name];
      say(node, number(traffic[name]));
    }
    note(fader.isDraft ? fader.value : traffic.asked);
  }

  function note(rate) {
    const { sustainable = null, alive = true, asked: now = 0, inFlight = 0 } = store.snapshot?.traffic ?? {};
    const most = sustainable !== null && (rate ?? now) > sustainable;
    oneOf(part("note"), ["is-risk"], most && store.mayChange ? "is-risk" : null);
    const calm = now && !alive ? t("traffic.silent.why") : now ? t("traffic.flight", { n: number(inFlight) }) : t("traffic.off.why");
    say(part("note"), !store.mayChange ? t("why.viewer") : most ? t("traffic.above", { n: number(sustainable) }) : calm);
  }

  fader.disable(!store.mayChange);
  store.subscribe(update);
  return fader;
}

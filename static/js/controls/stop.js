/** STOP ALL: one key, no confirmation, through whatever way still works; then it says how long it took. */
import { age, number } from "../lib/format.js";
import { oneOf, say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { asked, describe, inForce } from "../live/plan.js";

const PATIENCE = 1500; // ms for the WebSocket's answer before the POST is tried as well
const SHOWN = 6000; // ms that the result stays on the button

/** @param {HTMLButtonElement} button @param {any} store @param {any} actions @param {{send: (message: object) => boolean}} wire */
export function createStop(button, store, actions, wire) {
  const part = (name) => button.querySelector(`[data-${name}]`);
  let pressedAt = null;
  let before = null;
  let fallback = 0;
  let doneUntil = 0;

  function face(state, glyph, word, note) {
    oneOf(button, ["stop--idle", "stop--done"], state);
    part("glyph").setAttribute("href", `#i-${glyph}`);
    say(part("word"), word);
    say(part("note"), note);
    button.dataset.state = state?.slice(6) || "armed";
  }

  const runs = () => (store.snapshot?.gameDay ?? store.run)?.state === "running";

  function update() {
    if (pressedAt !== null) return face(null, "stop", t("stop.stopping"), t("stop.asking"));
    if (performance.now() < doneUntil) return;
    if (!store.mayStop) return face("stop--idle", "stop", t("stop.word"), t("stop.viewer"));
    const off = store.patternsOff().map((name) => t(`pattern.${name}`)).join(", ");
    if (store.plan?.concealed) return face(null, "stop", t("stop.word"), t("stop.concealed"));
    if (runs()) return face(null, "stop", t("stop.word"), t("stop.gameday", { fault: inForce(store.plan) ? describe(store.plan) : t("fault.none") }));
    if (!inForce(store.plan)) return off ? face(null, "stop", t("stop.word"), t("stop.off", { names: off })) : face("stop--idle", "stop", t("stop.word"), t("fault.none"));
    const on = Math.max(0, (Date.parse(store.snapshot?.at) - Date.parse(store.plan.startedAt)) / 1000);
    face(null, "stop", t("stop.word"), t("stop.on", { fault: describe(store.plan), time: age(on) }));
  }

  async function press() {
    if (!store.mayStop || pressedAt !== null) return;
    pressedAt = performance.now();
    before = inForce(store.plan) && !runs() ? asked(store.plan) : null; // a game day is not undone
    update();
    if (!wire.send({ type: "stop" })) return post();
    fallback = setTimeout(post, PATIENCE);
  }

  async function post() {
    try {
      await actions.stop();
      done({ stored: true });
    } catch (error) {
      pressedAt = null;
      actions.refused(error, press);
      update();
    }
  }

  /** The server's `stopped`, or the POST's answer. @param {{stored: boolean, version?: number}} answer */
  function done({ stored, version }) {
    clearTimeout(fallback);
    if (pressedAt === null) return;
    const took = t("unit.s", { n: number((performance.now() - pressedAt) / 1000, 2) });
    pressedAt = null;
    doneUntil = performance.now() + SHOWN;
    if (version !== undefined && store.plan) store.adoptPlan({ ...store.plan, version, enabled: false, concealed: false, errorRate: 0, latencyMs: 0 });
    const count = store.snapshot?.replicas?.count ?? 1;
    const text = stored ? tn("stop.took", count, { time: took }) : t("stop.memory", { time: took });
    face("stop--done", "ok", t("stop.stopped"), text);
    actions.stopped(before, t("stop.toast", { time: took }), stored ? t("stop.all") : t("stop.memory.why"));
  }

  button.disabled = !store.mayStop;
  button.addEventListener("click", press);
  store.subscribe(update);
  setInterval(update, 500);
  return { press, done };
}

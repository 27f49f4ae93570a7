/** The panel's head and its states: range, pause, numbers, loading, empty, failed. */
import { clock, zone } from "../lib/clock.js";
import { el, icon, say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";
import { readAddress, writeAddress } from "./address.js";

/** @param {HTMLElement} root @param {any} store @param {{onRange: () => void, onChange: () => void, onRetry: () => void}} on */
export function createPanel(root, store, on) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const blank = part("plots-blank");
  const pauseButton = root.querySelector("[data-action=pause]");
  const numbersButton = root.querySelector("[data-action=numbers]");
  const ranges = [...part("ranges").children];
  const panel = {
    ...readAddress(), paused: false,
    choose(range) {
      panel.range = range;
      if (panel.paused) panel.pause();
      apply();
      on.onRange();
    },
    pause() {
      panel.paused = !panel.paused;
      apply();
      on.onChange();
    },
    toggleNumbers() {
      panel.numbers = !panel.numbers;
      apply();
      on.onChange();
    },
    loading: () => root.setAttribute("aria-busy", "true"),
    loaded() {
      root.setAttribute("aria-busy", "false");
      blank.hidden = true;
    },
    failed(error) {
      root.setAttribute("aria-busy", "false");
      const again = el("button", { class: "btn", type: "button", onclick: on.onRetry }, t("action.again"));
      cover(icon("exhausted"), el("h3", {}, t("charts.failed")), el("p", {}, t("charts.failed.why", { why: error.message })), again);
    },
    empty: () => root.getAttribute("aria-busy") === "false" && cover(icon("ring"), el("h3", {}, t("charts.empty")), el("p", {}, t("charts.empty.why"))),
    show([, to], any) {
      if (!any) return panel.empty();
      say(part("range-title"), t(`title.${panel.range}`));
      const count = store.snapshot?.replicas?.count ?? 0;
      const who = store.snapshot?.source === "replica" ? t("replica.only") : tn("replicas.all", count);
      say(part("range-note"), t("charts.note", { time: clock(to), zone: zone(), who }));
    },
  };

  function cover(...nodes) {
    blank.replaceChildren(...nodes);
    blank.hidden = false;
  }

  function apply() {
    for (const button of ranges) button.setAttribute("aria-pressed", String(button.value === panel.range));
    pauseButton.setAttribute("aria-pressed", String(panel.paused));
    say(pauseButton.querySelector("[data-word]"), t(panel.paused ? "action.resume" : "action.pause"));
    numbersButton.setAttribute("aria-pressed", String(panel.numbers));
    part("plots").hidden = panel.numbers;
    part("numbers").hidden = !panel.numbers;
    root.toggleAttribute("data-paused", panel.paused);
    writeAddress(panel);
  }

  part("ranges").addEventListener("click", ({ target }) => target.value && panel.choose(target.value));
  pauseButton.addEventListener("click", panel.pause);
  numbersButton.addEventListener("click", panel.toggleNumbers);
  apply();
  return panel;
}

/**
 * A slider with ticks, presets and a number beside it. Moving shows, letting go or Enter applies;
 * Escape goes back. It knows nothing of what it sets.
 */
import { number, typed } from "../lib/format.js";
import { el, svg } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { clamp, nextTick, positionOf, stepped, valueAt } from "./ladder.js";

const TOP = 1000; // the range input's own units
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/**
 * @param {HTMLElement} root holds [data-range], [data-number], [data-scale] and perhaps [data-presets]
 * @param {{ladder: import("./ladder.js").Ladder, word: (value: number) => string, tick: (value: number, last: boolean) => string,
 *   onMove: (value: number | null) => void, onApply: (value: number) => void}} options
 */
export function createFader(root, { ladder, word, tick, onMove, onApply }) {
  const [range, field, scale, presets] = ["range", "number", "scale", "presets"].map((name) => root.querySelector(`[data-${name}]`));
  const applied = svg("svg", { overflow: "visible" }, svg("path", { class: "is-applied", d: "M0 -3L5 5H-5z" }));
  let inForce = 0;
  let value = 0;
  let draft = false;
  let keyed = false; // the arrow keys fire `change` too, but only Enter applies what they show

  function show(next) {
    value = next;
    const at = positionOf(ladder, next);
    range.value = String(Math.round(at * TOP));
    range.style.setProperty("--at", String(at));
    range.setAttribute("aria-valuetext", word(next));
    if (document.activeElement !== field || !draft) field.value = plain(next);
    for (const button of presets?.children ?? []) button.setAttribute("aria-pressed", String(Number(button.value) === next));
  }

  // What a person may type again: no thousands separators.
  const plain = (next) => (Number.isInteger(next) ? String(next) : number(next, ladder.digits + 1, ladder.digits));

  function move(next) {
    draft = true;
    show(clamp(ladder, next));
    onMove(value);
    applied.toggleAttribute("hidden", false);
    if (!applied.isConnected) scale.append(applied);
  }

  function settle() {
    draft = keyed = false;
    field.removeAttribute("aria-invalid");
    field.setCustomValidity("");
    applied.remove();
  }

  function apply() {
    const wanted = value;
    settle();
    show(wanted);
    onApply(wanted);
  }

  function complain() {
    const [least, most] = [ladder.ticks[0], ladder.ticks.at(-1)].map((each) => number(each));
    field.setCustomValidity(t("fader.bounds", { least, most }));
    field.reportValidity();
  }

  function revert() {
    settle();
    show(inForce);
    onMove(null);
  }

  range.addEventListener("pointerdown", () => (keyed = false));
  range.addEventListener("input", () => move(valueAt(ladder, Number(range.value) / TOP)));
  range.addEventListener("change", () => !keyed && draft && apply());
  range.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    const page = { PageUp: 1, PageDown: -1 }[event.key];
    const edge = { Home: ladder.ticks[0], End: ladder.ticks.at(-1) }[event.key];
    const next = way ? stepped(ladder, value, way) : page ? nextTick(ladder, value, page) : edge;
    if (next !== undefined) {
      event.preventDefault();
      keyed = true;
      move(next);
    } else if (event.key === "Enter" && draft) apply();
    else if (event.key === "Escape" && draft) revert();
  });
  field.addEventListener("input", () => {
    const next = typed(field.value);
    field.setCustomValidity("");
    const good = next !== null && next === clamp(ladder, next);
    if (good) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    if (good) move(next);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && field.hasAttribute("aria-invalid")) complain();
    else if (event.key === "Enter" && draft) apply();
    else if (event.key === "Escape") revert();
  });
  field.addEventListener("blur", () => field.hasAttribute("aria-invalid") && revert());

  for (const preset of ladder.presets) {
    const press = () => (move(preset), apply());
    presets.append(el("button", { type: "button", value: preset, "aria-pressed": "false", "aria-label": word(preset), onclick: press }, number(preset)));
  }
  ladder.ticks.forEach((each, i) => {
    const x = `${(i / (ladder.ticks.length - 1)) * 100}%`;
    const last = i === ladder.ticks.length - 1;
    scale.append(
      svg("line", { class: ladder.presets.includes(each) ? "is-preset" : null, x1: x, x2: x, y1: 0, y2: ".375rem" }),
      svg("text", { class: last ? "end-text" : null, x, y: "1.125rem" }, tick(each, last)),
    );
  });

  return {
    /** What is in force now; a draft in hand is left alone. @param {number} next */
    follow(next) {
      inForce = next;
      applied.setAttribute("x", `${positionOf(ladder, next) * 100}%`);
      if (!draft) show(next);
    },
    /** @param {boolean} off */
    disable(off) {
      for (const node of [range, field, ...(presets?.children ?? [])]) node.disabled = off;
    },
    focus: () => range.focus(),
    revert,
    get value() { return value; },
    get isDraft() { return draft; },
  };
}

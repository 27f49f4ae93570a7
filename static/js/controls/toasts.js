/** Short notices with an undo; they wait while a pointer or the focus is on them. */
import { el, icon } from "../lib/dom.js";
import { t } from "../lib/strings.js";

const STAYS = 8000; // ms
const MOST = 2;
const GLYPH = { "is-ok": "ok", "is-fault": "fault", "is-risk": "risk", "is-burning": "burning", "is-exhausted": "exhausted" };

/** @param {HTMLElement} root */
export function createToasts(root) {
  /** A notice about something replaces the last one about the same. @param {{state: string, title: string, text: string, about?: string, acts?: [string, () => void][]}} notice */
  function show({ state, title, text, about = "", acts = [] }) {
    if (about) root.querySelector(`[data-about=${about}]`)?.remove();
    let timer = 0;
    const gone = () => toast.remove();
    const wait = () => (timer = setTimeout(gone, STAYS));
    const hold = () => clearTimeout(timer);
    const buttons = acts.map(([word, act], i) => el("button", { class: i ? "btn btn--quiet" : "btn", type: "button", onclick: () => (gone(), act()) }, word));
    const close = el("button", { class: "btn btn--quiet", type: "button", "aria-label": t("action.close"), onclick: gone }, "×");
    const toast = el(
      "div",
      { class: `toast ${state}`, "data-about": about, role: state === "is-exhausted" ? "alert" : "status", onpointerenter: hold, onpointerleave: wait, onfocusin: hold, onfocusout: wait },
      icon(GLYPH[state]),
      el("div", {}, el("strong", {}, title), ...(text ? [el("p", {}, text)] : [])),
      el("div", { class: "toast__acts" }, ...buttons, close),
    );
    root.append(toast);
    while (root.children.length > MOST) root.firstElementChild.remove();
    wait();
  }
  return { show };
}

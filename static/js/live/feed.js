/** Alerts that fire or have cleared, and faults that began or ended; newest first. */
import { age, number } from "../lib/format.js";
import { el, icon, say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { entriesOf } from "./entries.js";

const GLYPH = { page: "burning", critical: "critical", ticket: "risk", warning: "risk", fault: "fault", breaker: "burning", incident: "critical", resolved: "ok" };
const STATE = { page: "is-burning", critical: "is-burning", ticket: "is-risk", warning: "is-risk", fault: "is-fault", breaker: "is-burning", incident: "is-burning", resolved: "is-ok" };

/** @param {HTMLElement} root `[data-events]` @param {any} store */
export function createFeed(root, store) {
  const list = root.querySelector("[data-feed]");
  const announce = root.querySelector("[data-announce]");
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();
  let first = true;

  store.subscribe(() => {
    const { bands = [], breaches = [], transitions = [], incidents = [], at } = store.snapshot;
    const now = Date.parse(at) / 1000;
    const entries = entriesOf(bands, breaches, transitions, incidents);
    for (const [key, node] of shown) if (!entries.some((entry) => entry.key === key)) shown.delete(key) && node.remove();
    entries.forEach((entry, i) => place(entry, i, now));
    // What was there when the page opened is read from the list, not shouted.
    first = false;
    const open = breaches.filter((one) => one.to === null);
    const silenced = open.filter((one) => one.silenced).length;
    const firing = open.length - silenced;
    const words = firing ? t("feed.firing", { n: number(firing) }) : t("feed.calm");
    say(root.querySelector("[data-firing]"), silenced ? `${words}, ${t("feed.silenced", { n: number(silenced) })}` : words);
    blank(entries.length);
  });

  function place(entry, i, now) {
    let node = shown.get(entry.key);
    if (!node) {
      node = make(entry);
      shown.set(entry.key, node);
      if (!first) announce.textContent = `${entry.title}. ${entry.what}`;
    }
    if (list.children[i] !== node) list.insertBefore(node, list.children[i] ?? null);
    node.classList.toggle("is-firing", entry.firing);
    node.classList.toggle(STATE[entry.kind], entry.firing);
    say(node.querySelector(".what"), entry.what);
    say(node.querySelector(".age"), age(now - entry.at));
  }

  function make({ kind, title, what, firing, href }) {
    const solid = firing && kind === "page" ? "badge--solid" : "badge--box";
    const mark = el("span", { class: `badge ${solid} ${STATE[kind]}` }, icon(GLYPH[kind]), t(`severity.${kind}`));
    const words = el("span", {}, el("strong", {}, href ? el("a", { href }, title) : title), el("span", { class: "what" }, what));
    return el("li", {}, mark, words, el("span", { class: "age" }));
  }

  function blank(count) {
    const old = list.querySelector("[data-blank]");
    if (count) old?.remove();
    else if (!old) list.append(el("li", { "data-blank": true, class: "feed__blank" }, t("feed.blank", { n: age((13 * 60) / store.config.scale) })));
  }
}

/** A card for each replica's circuit breaker: its state, why, and until when; tripped and reset by hand. */
import { number } from "../lib/format.js";
import { clock } from "../lib/clock.js";
import { oneOf, say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { breakersOf, classOf, shortId } from "./resilience.js";
import { pairs } from "./slo-card.js";
import { badge, STATES } from "./states.js";

// The way on from each state.
const NEXT = { closed: [], open: ["due"], half_open: ["fails", "closes"] };

/** @param {HTMLElement} root `[data-breakers]` @param {any} store @param {any} actions */
export function createBreakerCards(root, store, actions) {
  const template = document.querySelector("template[data-breaker-card]");
  const announce = document.querySelector("[data-announce]");
  /** @type {Map<string, HTMLElement>} */
  const cards = new Map();

  store.subscribe(() => {
    const breakers = breakersOf(store.snapshot.resilience);
    const seen = new Set(breakers.map((each) => each.replica));
    for (const [replica, card] of cards) if (!seen.has(replica)) cards.delete(replica) && card.remove();
    for (const breaker of breakers) show(cards.get(breaker.replica) ?? make(breaker), breaker);
  });

  function make({ name, replica }) {
    const card = template.content.firstElementChild.cloneNode(true);
    for (const action of ["trip", "reset"]) {
      const button = card.querySelector(`[data-${action}]`);
      button.disabled = !store.mayChange;
      button.title = store.mayChange ? "" : t("why.viewer");
      button.setAttribute("aria-label", t(`breaker.${action}.aria`, { replica: shortId(replica) }));
      button.addEventListener("click", () => actions.order(name, action, replica));
    }
    cards.set(replica, card);
    root.append(card);
    return card;
  }

  function show(card, breaker) {
    const part = (name) => card.querySelector(`[data-${name}]`);
    const off = store.snapshot.resilience.patterns.off.includes("breaker");
    const state = off ? "is-fault" : classOf(breaker.state);
    if (card.dataset.state && card.dataset.state !== breaker.state) {
      announce.textContent = t("breaker.now", { replica: shortId(breaker.replica), state: t(`breaker.${breaker.state}`) });
    }
    card.dataset.state = breaker.state;
    card.dataset.replica = breaker.replica;
    oneOf(card, STATES, off ? null : state);
    badge(part("badge"), state, t(off ? "pattern.off" : `breaker.${breaker.state}`));
    say(part("replica"), t("breaker.of", { replica: shortId(breaker.replica) }));
    part("diagram").setAttribute("aria-label", t("breaker.aria", { state: t(`breaker.${breaker.state}`) }));
    say(part("why-opens"), t("breaker.opens", { n: breaker.threshold }));
    const trial = store.until(breaker.nextTrialAt);
    say(part("why-due"), breaker.state === "open" && trial !== null ? t("unit.s", { n: number(Math.max(0, Math.ceil(trial))) }) : t("breaker.due"));
    for (const node of card.querySelectorAll("g[data-state]")) {
      const now = node.dataset.state === breaker.state;
      node.classList.toggle("is-now", now);
      oneOf(node, STATES, now ? classOf(breaker.state) : null);
    }
    for (const arrow of card.querySelectorAll("[data-arrow]")) arrow.classList.toggle("is-next", NEXT[breaker.state].includes(arrow.dataset.arrow));
    pairs(part("facts"), facts(breaker, trial));
    part("trip").hidden = breaker.state === "open";
    part("reset").hidden = breaker.state === "closed" && breaker.failures === 0;
  }

  function facts(breaker, trial) {
    const failures = [t("breaker.failures"), t("breaker.failures.of", { n: breaker.failures, all: breaker.threshold })];
    const since = [t("breaker.since"), clock(Date.parse(breaker.since) / 1000)];
    const why = breaker.reason ? [[t("breaker.because"), t(`breaker.because.${breaker.reason}`)]] : [];
    if (breaker.state !== "open") return [failures, since, ...why];
    return [[t("breaker.next"), trial > 0 ? t("unit.s", { n: number(Math.ceil(trial)) }) : t("breaker.next.call")], failures, since, ...why];
  }
}

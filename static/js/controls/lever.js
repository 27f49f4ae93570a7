/** The lever "no faults": pulled with a reason, told on every page, released by an administrator. */
import { call } from "../lib/api.js";
import { clock } from "../lib/clock.js";
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";
import { openDialog } from "./dialog.js";

/** @param {any} store @param {any} actions */
export function createLever(store, actions) {
  const { csrf, noFaultsUrl } = store.config;
  const banner = document.querySelector("[data-no-faults]");
  const addresses = { pull: noFaultsUrl, release: `${noFaultsUrl}/release` };

  async function use(way) {
    const dialog = document.getElementById(`lever-${way}`);
    if (!(await openDialog(dialog))) return;
    const reason = dialog.querySelector("[name=reason]").value.trim();
    try {
      store.adoptLever(await call(addresses[way], { csrf, body: { reason } }));
    } catch (error) {
      actions.refused(error, () => use(way));
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-lever]") : null;
    if (button) use(button.dataset.lever);
  });

  store.subscribe(() => {
    const now = store.snapshot.noFaults;
    if (!now) return; // the database is away: what was said last stands
    banner.hidden = !now.pulled;
    if (now.pulled) say(banner.querySelector("[data-no-faults-words]"), pulledWords(now));
    for (const button of document.querySelectorAll("[data-lever]")) button.hidden = (button.dataset.lever === "pull") === now.pulled;
    const state = document.querySelector("[data-lever-state]");
    state?.classList.toggle("is-risk", now.pulled);
    if (state) say(state.querySelector("[data-lever-word]"), t(now.pulled ? "lever.pulled" : store.config.chaosAllowed ? "lever.free" : "why.off"));
  });
}

/** "pulled by ada 12:04, migration window". @param {{by: string, at: string, reason: string}} lever */
export function pulledWords({ by, at, reason }) {
  return t("lever.by", { name: by, time: clock(Date.parse(at) / 1000, "day"), reason });
}

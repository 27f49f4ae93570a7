/** Asks for the environment's name before a fault that touches much; Enter applies only once it is right. */
import { say } from "../lib/dom.js";
import { number, percent } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { touched } from "../live/blast.js";
import { openDialog } from "./dialog.js";

/** @param {HTMLDialogElement} dialog `#confirm` @param {any} store */
export function createConfirm(dialog, store) {
  const { environment } = store.config;
  const form = dialog.querySelector("form");
  const field = form.elements.confirm;
  const apply = form.querySelector("[type=submit]");
  const spends = dialog.querySelector("[data-spends]");
  const right = () => field.value.trim() === environment;
  let answer = null; // the newest forecast: it may come while the dialog is open

  field.addEventListener("input", () => (apply.disabled = !right()));
  form.addEventListener("submit", (event) => right() || event.preventDefault());

  function foretold() {
    spends.hidden = !answer;
    if (answer) say(spends, t("confirm.spends", { share: percent(answer.spendsPerMinute, 1), slo: t(`slo.${answer.slo}`) }));
  }

  return {
    /** @param {any | null} next the forecast of what a slider shows */
    forecast(next) {
      answer = next;
      foretold();
    },
    /** The name as it was typed; null where it was not. @param {any} fault @returns {Promise<string | null>} */
    async ask(fault) {
      say(dialog.querySelector("[data-reaches]"), reach(fault, store));
      foretold();
      apply.disabled = true;
      return (await openDialog(dialog)) ? environment : null;
    },
  };
}

/** "30 % of the requests to /api/users in PRODUCTION, about 15 a second." @param {any} fault @param {any} store */
export function reach(fault, store) {
  const share = touched(fault);
  const { methods = [], pathPrefix = "/api/users" } = fault.target ?? {};
  const which = { share: percent(share, 1).replace(/[.,]0(?=\D)/, ""), methods: methods.join(", "), path: pathPrefix, environment: store.config.environment.toUpperCase() };
  const n = store.newest()?.n ?? null;
  // What part of the traffic a narrower fault sees is not known here.
  if (methods.length) return t("confirm.reaches.methods", which);
  return n === null || pathPrefix !== "/api/users" ? t("confirm.reaches", which) : t("confirm.reaches.rate", { ...which, n: number(n * share) });
}

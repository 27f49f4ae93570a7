/** The row of figures of a run that goes on: from the server's news of the SLOs and of the faults. */
import { say } from "../lib/dom.js";
import { DASH, age, number, percent, times } from "../lib/format.js";
import { t, tn } from "../lib/strings.js";
import { gravestOf, nameOf, openOnes } from "../live/firings.js";

const PAGES_ABOVE = 14.4;

/** @param {HTMLElement} root that has `[data-slo-fact]`s @param {any} store @param {string} worst the SLO that is told of */
export function createNow(root, store, worst) {
  const fact = (name) => root.querySelector(`[data-slo-fact=${name}]`);

  store.subscribe(() => {
    if (!fact("budget")) return; // it is over
    const slo = store.slo(worst) ?? store.snapshot.slos?.[0];
    say(fact("budget").querySelector("[data-value]"), percent(slo?.budget?.remainingRatio ?? null));
    burn(slo?.burnRates?.["5m"] ?? null);
    achieved(store.plan);
  });

  function burn(rate) {
    const hot = rate !== null && rate > PAGES_ABOVE;
    fact("burn").classList.toggle("is-burning", hot);
    fact("burn").querySelector("[data-value]").classList.toggle("is-hot", hot);
    say(fact("burn").querySelector("[data-value]"), times(rate, rate !== null && rate >= 10 ? 0 : 1));
    say(fact("burn").querySelector("[data-note]"), firingWords(store.snapshot));
  }

  function achieved(plan) {
    const asked = plan?.enabled && plan.requests;
    say(fact("achieved").querySelector("[data-value]"), asked ? percent(plan.failed / plan.requests, 2) : DASH);
    const words = asked ? t("achieved.errors", { failed: number(plan.failed), requests: number(plan.requests) }) : t("fault.none");
    say(fact("achieved").querySelector("[data-note]"), words);
  }
}

/** The gravest alert that fires, since when, and how many more. @param {any} snapshot */
export function firingWords({ breaches = [], at }) {
  const { worst, others } = gravestOf(openOnes(breaches));
  if (!worst.length) return t("feed.calm");
  const time = age(Date.parse(at) / 1000 - Math.min(...worst.map(({ from }) => from)));
  const words = t("gameday.firing", { severity: t(`severity.${worst[0].severity}`), alert: nameOf(worst[0]), time });
  const more = worst.length - 1 + others;
  return more ? `${words}, ${tn("hero.also", more)}` : words;
}

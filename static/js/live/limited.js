/** What rate limits refused: no failures, so told beside them. */
import { number } from "../lib/format.js";
import { say } from "../lib/dom.js";
import { t, tn } from "../lib/strings.js";

/** Whether any request of the window was refused. @param {import("./history.js").Table} table @param {number[]} window */
export function anyLimited(table, [from, to]) {
  return table.limited.some((share, i) => share > 0 && table.t[i] >= from && table.t[i] <= to);
}

/** The words under the SLOs; empty where nothing was refused. @param {any} slo of the snapshot */
export function limitedWords(slo) {
  const { limited, limitedTraffic, window } = slo ?? {};
  if (!(limited > 0)) return "";
  const said = tn("limited.note", limited, { n: number(limited), window: window.replace(/(\d)([a-z])/, "$1 $2") });
  return limitedTraffic > 0 ? `${said} ${t("limited.traffic", { n: number(limitedTraffic) })}` : said;
}

/** @param {HTMLElement} root `[data-limited-note]` @param {any} store */
export function createLimitedNote(root, store) {
  store.subscribe(() => {
    const words = limitedWords(store.slo("availability"));
    root.hidden = !words;
    say(root, words);
  });
}

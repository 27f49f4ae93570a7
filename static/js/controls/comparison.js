/** Two recorded intervals side by side. What is chosen is in the address. */
import { plainCsv } from "../charts/csv.js";
import { call } from "../lib/api.js";
import { clock } from "../lib/clock.js";
import { DASH, duration } from "../lib/format.js";
import { el, icon } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { t } from "../lib/strings.js";
import { rowsOf, suggestion } from "../live/comparison-rows.js";
import { describe } from "../live/plan.js";

const SIDES = ["a", "b"];
const SETTLES = 4000; // ms

/** @param {HTMLElement} root `[data-comparison]` @param {any} store @param {any} actions */
export function createComparison(root, store, actions) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const picks = Object.fromEntries(SIDES.map((side) => [side, root.querySelector(`[data-pick=${side}]`)]));
  const url = store.config.resilienceUrl;
  let intervals = [];
  let rows = [];
  let running = null;
  let seen = ""; // the changes that the list of intervals knows of

  // Each begins a new interval, which is listed when it is a little older than the shortest.
  const changes = () => `${store.plan?.version} ${store.snapshot?.resilience?.patterns?.version}`;

  /** Figures that are not those of what is chosen are marked as such until the new ones come. */
  const busy = (is) => root.setAttribute("aria-busy", String(is));

  async function load() {
    seen = changes();
    busy(true);
    try {
      ({ intervals } = await call(`${url}/intervals`));
    } catch (error) {
      return blank("exhausted", error.message);
    }
    const chosen = fromAddress() ?? suggestion(intervals).map((each) => each && keyOf(each));
    SIDES.forEach((side, i) => fill(picks[side], chosen[i]));
    const empty = !intervals.length && !chosen[0];
    part("choice").hidden = empty;
    if (empty) return blank("ring", t("compare.empty"));
    if (chosen[0] === chosen[1]) return blank("ring", t("compare.single"));
    await compare();
  }

  async function compare() {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    busy(true);
    try {
      const found = await call(`${url}/comparison?${query()}`, { signal: mine.signal });
      rows = rowsOf(found);
      part("blank").hidden = true;
      part("table").hidden = false;
      part("rows").replaceChildren(...rows.map(row));
      busy(false);
    } catch (error) {
      if (running === mine) blank("exhausted", error.message);
    }
  }

  /** Ratios and seconds as they are; what each side is stands in the first row. */
  function table() {
    const names = SIDES.map((side) => picks[side].selectedOptions[0]?.textContent ?? "");
    return [["measured", "unit", ...names], ...rows.map(({ key, unit, values }) => [key, unit, ...values])];
  }

  function query() {
    const asked = new URLSearchParams();
    for (const side of SIDES) {
      const [from, seconds] = picks[side].value.split("/");
      asked.set(`${side}From`, from);
      asked.set(`${side}Seconds`, seconds);
    }
    return asked;
  }

  function row({ key, a, b, change, verdict }) {
    const mark = verdict === null ? [] : [el("span", { class: `badge ${verdict === "worse" ? "is-burning" : "is-ok"}` }, icon(verdict === "worse" ? "burning" : "ok"), t(`compare.${verdict}`))];
    return el("tr", { "data-row": key }, el("th", { scope: "row" }, t(`compare.${key}`)), el("td", { class: "r" }, a), el("td", { class: "r" }, b), el("td", { class: "r" }, `${change} `, ...mark));
  }

  function fill(select, chosen) {
    const known = intervals.map((each) => el("option", { value: keyOf(each) }, nameOf(each)));
    const strange = chosen && !intervals.some((each) => keyOf(each) === chosen) ? [el("option", { value: chosen }, plainName(chosen))] : [];
    select.replaceChildren(...known, ...strange);
    select.value = chosen ?? "";
  }

  function blank(glyph, text) {
    busy(false);
    part("table").hidden = true;
    part("blank").hidden = false;
    part("blank").replaceChildren(icon(glyph), el("p", {}, text));
  }

  function chosen() {
    const address = new URL(location.href);
    for (const side of SIDES) address.searchParams.set(side, picks[side].value);
    history.replaceState(null, "", address);
    compare();
  }

  for (const side of SIDES) picks[side].addEventListener("change", chosen);
  part("refresh").addEventListener("click", load);
  part("csv").addEventListener("click", () => download("ironclad-comparison.csv", plainCsv(table()), "text/csv"));
  part("curl").addEventListener("click", () => actions.copyRead(`${url}/comparison?${query()}`));
  store.subscribe(() => {
    if (seen === changes()) return;
    seen = changes();
    setTimeout(load, SETTLES);
  });
  load();
  return { load };
}

/** An interval by name in the address: its beginning and its whole seconds. */
function keyOf({ from, to }) {
  const begin = Math.ceil(Date.parse(from) / 1000);
  const end = Math.floor(Date.parse(to) / 1000);
  return `${new Date(begin * 1000).toISOString().replace(".000", "")}/${Math.max(1, end - begin)}`;
}

function nameOf(interval) {
  const off = interval.patternsOff.length ? t("compare.off", { names: interval.patternsOff.map((each) => t(`pattern.${each}`)).join(", ") }) : t("compare.on");
  const fault = interval.fault ? describe(interval.fault) : t("compare.calm");
  return `${off} · ${fault} · ${plainName(keyOf(interval))}`;
}

function plainName(key) {
  const [from, seconds] = key.split("/");
  const begin = Date.parse(from) / 1000;
  return Number.isNaN(begin) ? DASH : `${clock(begin)}, ${duration(Number(seconds))}`;
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  const both = SIDES.map((side) => asked.get(side) ?? "");
  return both.every((each) => /^[^/]+\/\d+$/.test(each)) ? both : null;
}


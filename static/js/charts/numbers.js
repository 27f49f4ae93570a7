/** The charts as a table: for a screen reader, for a person who wants the figures, and as CSV. */
import { clock, zone } from "../lib/clock.js";
import { el, say } from "../lib/dom.js";
import { download } from "../lib/download.js";
import { latency, number, percent, times } from "../lib/format.js";
import { t } from "../lib/strings.js";
import { csv, rowsOf } from "./csv.js";

const CELLS = {
  n: (value) => number(value, 1), err: (value) => percent(value, 2),
  p50: latency, p95: latency, p99: latency,
  burn5m: (value) => times(value), burn1h: (value) => times(value), burn6h: (value) => times(value),
};

const LIMITED = { limited: (value) => percent(value, 2) };

/** @param {HTMLElement} host @param {{limited?: boolean}} [also] whether what rate limits refused has a column */
export function createNumbers(host, { limited = false } = {}) {
  const cells = limited ? { ...CELLS, ...LIMITED } : CELLS;
  const names = Object.keys(cells);
  const body = el("tbody");
  /** @type {Map<number, HTMLElement>} */
  const shown = new Map();
  let newestFirst = true;
  let latest = null;
  const sort = el("button", { type: "button", onclick: flip }, `${t("numbers.time")} ▾`);
  const head = el("th", { scope: "col", "aria-sort": "descending" }, sort);
  const columns = names.map((name) => el("th", { scope: "col" }, t(`numbers.${name}`)));
  const save = el("button", { class: "btn", type: "button", onclick: () => download("ironclad-live.csv", csv(latest ?? [], names), "text/csv") }, t("numbers.csv"));
  const caption = el("caption", { class: "numbers__caption" }, t("numbers.caption", { zone: zone() }), " ", save);
  host.append(el("table", { class: "table" }, caption, el("thead", {}, el("tr", {}, head, ...columns)), body));

  /** Rows are kept and moved, so that a reader's place and selection stay. @param {import("../live/history.js").Table} table @param {number[]} window */
  function show(table, [from, to]) {
    latest = rowsOf(table, from, to, names);
    const wanted = new Set(latest.map((row) => row.t));
    for (const [time, tr] of shown) if (!wanted.has(time)) drop(time, tr);
    const ordered = newestFirst ? latest.toReversed() : latest;
    let place = body.firstElementChild;
    for (const row of ordered) {
      const tr = shown.get(row.t) ?? make(row);
      write(tr, row);
      if (tr === place) place = place.nextElementSibling;
      else body.insertBefore(tr, place);
    }
  }

  function make(row) {
    const tr = el("tr", { "data-t": row.t }, el("th", { scope: "row" }, clock(row.t)), ...names.map((name) => el("td", { "data-column": name })));
    shown.set(row.t, tr);
    return tr;
  }

  function write(tr, row) {
    for (const cell of tr.querySelectorAll("td")) {
      const value = row[cell.dataset.column];
      cell.dataset.value = value ?? "";
      say(cell, cells[cell.dataset.column](value));
    }
  }

  function drop(time, tr) {
    tr.remove();
    shown.delete(time);
  }

  function flip() {
    newestFirst = !newestFirst;
    head.setAttribute("aria-sort", newestFirst ? "descending" : "ascending");
    sort.textContent = `${t("numbers.time")} ${newestFirst ? "▾" : "▴"}`;
    body.append(...[...body.children].reverse());
  }

  return { show };
}

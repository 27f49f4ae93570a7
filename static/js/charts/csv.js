/** Rows of a table, and rows as CSV; pure. */
import { COLUMNS } from "../live/history.js";

/** Rows of the window that hold data. @param {import("../live/history.js").Table} table @param {number} from @param {number} to @param {string[]} [columns] */
export function rowsOf(table, from, to, columns = COLUMNS) {
  const rows = [];
  for (const [i, t] of table.t.entries()) {
    if (t < from || t > to || columns.every((name) => table[name][i] === null)) continue;
    rows.push({ t, ...Object.fromEntries(columns.map((name) => [name, table[name][i]])) });
  }
  return rows;
}

/** Times in UTC, figures plain: for a program rather than a reader. @param {Record<string, number | null>[]} rows @param {string[]} [columns] */
export function csv(rows, columns = COLUMNS) {
  const lines = rows.map((row) => [new Date(row.t * 1000).toISOString(), ...columns.map((name) => row[name] ?? "")].join(","));
  return [["time", ...columns].join(","), ...lines, ""].join("\r\n");
}

/** Rows of plain cells; nothing is no cell. @param {(string | number | null)[][]} rows */
export function plainCsv(rows) {
  return rows.map((row) => row.map((cell) => cell ?? "").join(",")).concat("").join("\r\n");
}

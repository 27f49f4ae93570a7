import assert from "node:assert/strict";
import test from "node:test";

import { csv, rowsOf } from "../../static/js/charts/csv.js";
import { COLUMNS } from "../../static/js/live/history.js";

function table(times, value = 1) {
  return { t: times, ...Object.fromEntries(COLUMNS.map((name) => [name, times.map(() => value)])) };
}

test("rows outside the window are left out", () => {
  assert.deepEqual(rowsOf(table([1, 5, 9]), 4, 8).map((row) => row.t), [5]);
});

test("rows without any data are left out", () => {
  assert.deepEqual(rowsOf(table([1], null), 0, 9), []);
});

test("times are in UTC, no data is an empty field", () => {
  const [row] = rowsOf(table([0]), 0, 1);
  const lines = csv([{ ...row, err: null }]).split("\r\n");
  assert.equal(lines[0].split(",")[0], "time");
  assert.match(lines[1], /^1970-01-01T00:00:00.000Z,1,,1/);
});

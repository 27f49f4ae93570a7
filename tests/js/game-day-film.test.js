import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { cut, marksAt, rowAt, spentAt, standingAt } from "../../static/js/gameday/film.js";

const table = { t: [10, 11, 12, 13], n: [50, 50, 50, 50], err: [0.5, 0, 0.02, 0.06] };

test("the charts end at the cursor", () => {
  assert.deepEqual(cut(table, 11.5), { t: [10, 11], n: [50, 50], err: [0.5, 0] });
  assert.deepEqual(cut(table, 5).t, []);
});

test("the figures are those of the second under the cursor", () => {
  assert.deepEqual(rowAt(table, 12.9), { t: 12, n: 50, err: 0.02 });
  assert.equal(rowAt(table, 5), null);
});

test("a mark that ends later has no end yet, one that begins later is not there", () => {
  const marks = [{ from: 10, to: 11 }, { from: 11, to: 13 }, { from: 13, to: null }];
  assert.deepEqual(marksAt(marks, 12), [{ from: 10, to: 11 }, { from: 11, to: null }]);
});

test("the budget is spent as its bad requests came, and not by those before the run", () => {
  assert.equal(spentAt(table, 10.5, 11, 0.16), 0);
  assert.ok(Math.abs(spentAt(table, 12, 11, 0.16) - 0.04) < 1e-12);
  assert.ok(Math.abs(spentAt(table, 13, 11, 0.16) - 0.16) < 1e-12);
  assert.equal(spentAt(table, 13, 11, null), null);
  assert.equal(spentAt({ ...table, err: [0, 0, 0, null] }, 13, 11, 0), 0);
});

test("what was told by then counts, and nothing after it", () => {
  const lines = [
    { at: 10, kind: "started", step: null }, { at: 11, kind: "step_began", step: 0 },
    { at: 12, kind: "check_passed", step: null }, { at: 13, kind: "check_failed", step: null }, { at: 13, kind: "step_began", step: 1 },
  ];
  assert.deepEqual(standingAt(lines, 12), { step: 0, passed: 1, failed: 0, lines: 3 });
  assert.deepEqual(standingAt(lines, 13), { step: 1, passed: 1, failed: 1, lines: 5 });
  assert.equal(standingAt(lines, 10).step, null);
});

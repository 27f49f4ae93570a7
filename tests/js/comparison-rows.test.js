import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { changeOf, rowsOf, suggestion } from "../../static/js/live/comparison-rows.js";

const side = (more = {}) => ({
  requests: 3000, covered: 60, errorRate: 0.07, p95: 0.02, callsPerSecond: 50, callsPerRequest: 1, retries: 0,
  refused: { breaker: 0, bulkhead: 0, deadline: 0 }, degraded: 0, budgetSpent: { availability: 0.1, latency: 0 }, ...more,
});
const row = (rows, key) => rows.find((each) => each.key === key);

test("what got worse and what got better is said", () => {
  const rows = rowsOf({ a: side(), b: side({ errorRate: 0.000343, callsPerRequest: 1.0749, retries: 225 }) });
  assert.equal(row(rows, "errorRate").verdict, "better");
  assert.equal(row(rows, "callsPerRequest").verdict, "worse");
  assert.equal(row(rows, "requests").verdict, null);
  assert.equal(row(rows, "retries").b, "225");
});

test("what never happened in either is not listed", () => {
  const keys = rowsOf({ a: side(), b: side() }).map(({ key }) => key);
  assert.ok(!keys.includes("refusedBreaker"));
  assert.ok(keys.includes("errorRate"));
});

test("no data is a dash, never a change", () => {
  const rows = rowsOf({ a: side({ errorRate: null, budgetSpent: {} }), b: side() });
  assert.equal(row(rows, "errorRate").a, "–");
  assert.equal(row(rows, "errorRate").change, "–");
  assert.equal(row(rows, "spentAvailability").values[0], null);
});

test("a budget is compared a minute, for intervals differ in length", () => {
  const rows = rowsOf({ a: side({ covered: 30 }), b: side({ covered: 60 }) });
  assert.deepEqual(row(rows, "spentAvailability").values, [0.2, 0.1]);
});

test("a change is a factor where there is something to be a factor of", () => {
  assert.equal(changeOf(2, 3), "×1.50");
  assert.equal(changeOf(1, 0.005), "×0.005");
  assert.equal(changeOf(0, 5), "from none");
  assert.equal(changeOf(5, 0), "to none");
  assert.equal(changeOf(0, 0), "the same");
});

test("one fault with and without a pattern is suggested first", () => {
  const fault = { errorRate: 0, latencyMs: 0, dependencyErrorRate: 0.07, dependencyLatencyMs: 0 };
  const other = { ...fault, dependencyErrorRate: 1 };
  const [now, off, on] = [{ fault: other, patternsOff: [] }, { fault, patternsOff: ["retry"] }, { fault, patternsOff: [] }];
  assert.deepEqual(suggestion([now, off, on]), [on, off]);
  assert.deepEqual(suggestion([now, on]), [on, now]);
  assert.deepEqual(suggestion([now]), [now, now]);
  assert.deepEqual(suggestion([]), [null, null]);
});

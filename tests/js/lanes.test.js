import assert from "node:assert/strict";
import test from "node:test";

import { barsOf, openingsOf } from "../../static/js/charts/lanes.js";

const bar = (severity, from, to = null) => ({ severity, from, to });

test("two windows that page are one bar", () => {
  assert.deepEqual(barsOf([bar("page", 30), bar("page", 12)]), [bar("page", 12)]);
});

test("a page covers the tickets under it", () => {
  const bars = barsOf([bar("ticket", 10, 100), bar("page", 20, 40)]);
  assert.deepEqual(bars, [bar("ticket", 10, 20), bar("page", 20, 40), bar("ticket", 40, 100)]);
});

test("a page that goes on covers every later ticket", () => {
  assert.deepEqual(barsOf([bar("page", 20), bar("ticket", 30), bar("ticket", 25, 60)]), [bar("page", 20)]);
});

test("a ticket that outlives the page is seen again", () => {
  assert.deepEqual(barsOf([bar("page", 20, 40), bar("ticket", 25)]).at(-1), bar("ticket", 40));
});

test("page and critical are one bar, called by the graver", () => {
  for (const both of [[bar("critical", 9), bar("page", 12)], [bar("page", 9), bar("critical", 12)]]) {
    assert.deepEqual(barsOf(both), [bar("page", 9)]);
  }
  assert.deepEqual(barsOf([bar("warning", 5, 9), bar("ticket", 7)]), [bar("ticket", 5)]);
});

test("a critical alert covers tickets and warnings", () => {
  assert.deepEqual(barsOf([bar("warning", 1), bar("critical", 10, 20)]), [bar("warning", 1, 10), bar("critical", 10, 20), bar("warning", 20)]);
});

test("bars apart stay apart", () => {
  assert.equal(barsOf([bar("page", 1, 5), bar("page", 6, 9)]).length, 2);
});

const change = (replica, number, at, from, to) => ({ replica, name: "database", number, at, from, to });

test("a breaker is open from its opening to its closing, trials included", () => {
  const bars = openingsOf([
    change("a", 3, 70, "half_open", "open"), change("a", 1, 10, "closed", "open"), change("a", 2, 40, "open", "half_open"),
    change("a", 4, 100, "open", "half_open"), change("a", 5, 100, "half_open", "closed"),
  ], ["a"]);
  assert.deepEqual(bars.map(({ from, to }) => [from, to]), [[10, 100]]);
});

test("replicas share a lane: it is open while any of them is", () => {
  const bars = openingsOf([change("a", 1, 10, "closed", "open"), change("b", 1, 20, "closed", "open"), change("a", 2, 40, "open", "closed")], ["a", "b"]);
  assert.deepEqual(bars.map(({ from, to }) => [from, to]), [[10, null]]);
});

test("a replica that is gone does not stay open for ever", () => {
  const bars = openingsOf([change("gone", 1, 10, "closed", "open")], ["a"]);
  assert.deepEqual(bars.map(({ from, to }) => [from, to]), [[10, 40]]);
});

test("a closing whose opening is before the range is no bar", () => {
  assert.deepEqual(openingsOf([change("a", 5, 10, "half_open", "closed")], ["a"]), []);
});

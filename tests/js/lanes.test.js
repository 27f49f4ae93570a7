import assert from "node:assert/strict";
import test from "node:test";

import { barsOf } from "../../static/js/charts/lanes.js";

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

test("bars apart stay apart", () => {
  assert.equal(barsOf([bar("page", 1, 5), bar("page", 6, 9)]).length, 2);
});

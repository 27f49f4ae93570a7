import assert from "node:assert/strict";
import { test } from "node:test";
import { elapsed } from "../../static/js/controls/outage.js";

test("an outage is told in minutes and seconds, and in hours from one on", () => {
  assert.equal(elapsed(0), "0:00");
  assert.equal(elapsed(61.9), "1:01");
  assert.equal(elapsed(3599.99), "59:59");
  assert.equal(elapsed(4 * 3600 + 5), "4:00:05");
});

test("a clock that jumped back is no time", () => {
  assert.equal(elapsed(-3), "0:00");
});

import assert from "node:assert/strict";
import test from "node:test";

import { ERRORS, LATENCY, TRAFFIC, nextTick, positionOf, stepped, valueAt } from "../../static/js/controls/ladder.js";

test("ticks are evenly spaced", () => {
  ERRORS.ticks.forEach((tick, i) => assert.equal(positionOf(ERRORS, tick), i / 7));
});

test("seven percent lies at three sevenths, the same as 700 ms", () => {
  assert.equal(valueAt(ERRORS, 3 / 7), 7);
  assert.equal(valueAt(LATENCY, 3 / 7), 700);
});

test("between two ticks the scale is linear", () => {
  assert.equal(valueAt(ERRORS, 2.5 / 7), 5);
  assert.equal(valueAt(LATENCY, 4.5 / 7), 1500);
});

test("every step leads to its own position and back", () => {
  for (const ladder of [ERRORS, LATENCY, TRAFFIC]) {
    for (let value = 0, i = 0; i < 400 && value < ladder.ticks.at(-1); i += 1) {
      value = stepped(ladder, value, 1);
      assert.equal(valueAt(ladder, positionOf(ladder, value)), value);
    }
  }
});

test("a step up and a step down end where they began", () => {
  for (const value of [1, 3, 7, 15, 25, 50]) assert.equal(stepped(ERRORS, stepped(ERRORS, value, 1), -1), value);
});

test("a step from an odd value goes to the next round one", () => {
  assert.equal(stepped(ERRORS, 7.3, 1), 7.5);
  assert.equal(stepped(ERRORS, 7.3, -1), 7);
});

test("a step down from a tick is a step of the segment below it", () => {
  assert.equal(stepped(ERRORS, 50, -1), 49);
  assert.equal(stepped(ERRORS, 50, 1), 55);
});

test("steps stop at both ends", () => {
  assert.equal(stepped(ERRORS, 100, 1), 100);
  assert.equal(stepped(ERRORS, 0, -1), 0);
});

test("a page key goes to the next tick", () => {
  assert.equal(nextTick(ERRORS, 4, 1), 7);
  assert.equal(nextTick(ERRORS, 7, -1), 3);
  assert.equal(nextTick(ERRORS, 100, 1), 100);
});

test("values outside the scale lie on its ends", () => {
  assert.equal(positionOf(LATENCY, 99999), 1);
  assert.equal(positionOf(LATENCY, -5), 0);
});

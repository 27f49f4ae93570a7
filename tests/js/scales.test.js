import assert from "node:assert/strict";
import test from "node:test";

import { across, ceiling, roundDown, roundUp, timeTicks, top, windowOf } from "../../static/js/charts/scales.js";

test("the errors axis always shows the 5 % alert, and 100 % when it comes to that", () => {
  assert.equal(ceiling("errors", 0), 0.1);
  assert.equal(ceiling("errors", 0.07), 0.1);
  assert.ok(ceiling("errors", 1) >= 1);
});

test("the latency axis always shows 500 ms", () => {
  assert.ok(ceiling("latency", 0.02) > 0.5);
  assert.ok(ceiling("latency", 10.2) >= 10.2);
});

test("the burn axis always shows the page threshold, and grows with the burn", () => {
  assert.ok(ceiling("burn", 0) > 14.4);
  assert.ok(ceiling("burn", 1000) > 1000);
});

test("nothing drawn lies above its axis", () => {
  for (const chart of ["traffic", "errors", "latency", "burn"]) {
    for (const most of [0.001, 0.0981, 0.3, 0.99, 1]) assert.ok(ceiling(chart, most) >= most, `${chart} ${most}`);
  }
});

test("round numbers enclose the value", () => {
  for (const value of [0.07, 0.5, 1, 7, 51, 999]) {
    assert.ok(roundDown(value) <= value * 1.0001);
    assert.ok(roundUp(value) >= value * 0.9999);
  }
  assert.equal(roundUp(0), 1);
});

test("the largest value skips what is no data", () => {
  assert.equal(top([1, null, 3], [null]), 3);
  assert.equal(top([]), 0);
});

test("every range gets a few round times", () => {
  for (const span of [300, 900, 3600, 21600, 86400, 2592000]) {
    const { step, ticks } = timeTicks(1_000_000, 1_000_000 + span);
    assert.ok(ticks.length >= 2 && ticks.length <= 8, `${span}: ${ticks.length}`);
    assert.ok(ticks.every((tick) => tick % step === 0));
  }
});

test("times are round in the reader's zone", () => {
  const halfHour = 5.5 * 3600; // India
  const { ticks } = timeTicks(0, 21600, halfHour);
  assert.ok(ticks.every((tick) => (tick + halfHour) % 3600 === 0));
});

test("a range ends at the newest second; all begins at the first", () => {
  assert.deepEqual(windowOf(300, 5, 1000), [700, 1000]);
  assert.deepEqual(windowOf(null, 5, 1000), [5, 1000]);
});

test("a time outside lies outside", () => {
  assert.equal(across(50, 0, 100), 0.5);
  assert.ok(across(-1, 0, 100) < 0);
});

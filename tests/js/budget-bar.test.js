import assert from "node:assert/strict";
import test from "node:test";

import { placeOf, shapesOf } from "../../static/js/live/budget-bar.js";

test("zero is a fifth along the bar, full is its end", () => {
  assert.equal(placeOf(0), 20);
  assert.equal(placeOf(1), 100);
  assert.equal(placeOf(-0.25), 0);
});

test("what is left is filled from zero", () => {
  assert.deepEqual(shapesOf(0.5, null).fill, [20, 40]);
});

test("what the exercise spent is hatched after what is left", () => {
  const { fill, exercise } = shapesOf(0.5, 0.75);
  assert.deepEqual(fill, [20, 40]);
  assert.deepEqual(exercise, [60, 20]);
});

test("an overspent budget grows left of zero", () => {
  const { fill, under, more } = shapesOf(-0.125, null);
  assert.equal(fill, null);
  assert.deepEqual(under, [10, 10]);
  assert.equal(more, false);
});

test("what leaves the bar is marked, not clamped in silence", () => {
  const { under, more } = shapesOf(-1.8, null);
  assert.deepEqual(under, [0, 20]);
  assert.equal(more, true);
});

test("an exercise that overspent is hatched from zero", () => {
  assert.deepEqual(shapesOf(-0.5, 0.5).exercise, [20, 40]);
});

import assert from "node:assert/strict";
import test from "node:test";

import { marksOf } from "../../static/js/charts/moments.js";

const line = (number, at) => ({ number, at, title: `line ${number}` });

test("each line of the timeline is a mark at its moment", () => {
  const marks = marksOf([line(1, 10), line(2, 60)], [0, 100], 1000);
  assert.deepEqual(marks.map(({ at, first, last }) => [at, first, last]), [[0.1, 1, 1], [0.6, 2, 2]]);
});

test("marks that would lie on each other are one, with every title", () => {
  const marks = marksOf([line(1, 10), line(2, 10), line(3, 11), line(4, 60)], [0, 100], 1000);
  assert.deepEqual(marks.map(({ first, last }) => [first, last]), [[1, 3], [4, 4]]);
  assert.deepEqual(marks[0].titles, ["line 1", "line 2", "line 3"]);
});

test("a narrow screen has fewer marks than a wide one", () => {
  const lines = [line(1, 10), line(2, 15), line(3, 20)];
  assert.equal(marksOf(lines, [0, 100], 1000).length, 3);
  assert.equal(marksOf(lines, [0, 100], 200).length, 1);
});

test("what is outside of the window has no mark", () => {
  assert.deepEqual(marksOf([line(1, -1), line(2, 101)], [0, 100], 1000), []);
});

import assert from "node:assert/strict";
import test from "node:test";

import "./texts.js";
import { clockOf, courseOf } from "../../static/js/gameday/course.js";

const said = { at: 1000, startedAt: 940, endsAt: 1200, stepBeganAt: 980, stepEndsAt: 1020 };

test("a run ticks on between two words of the server", () => {
  assert.deepEqual(courseOf(said, 10), { elapsed: 70, left: 190, stepLeft: 10, stepDone: 0.75 });
});

test("what is over is never negative", () => {
  assert.deepEqual(courseOf(said, 500), { elapsed: 560, left: 0, stepLeft: 0, stepDone: 1 });
});

test("a step without an end has no gauge, and a run that waits no clock", () => {
  const open = courseOf({ ...said, startedAt: null, endsAt: null, stepEndsAt: null }, 0);
  assert.deepEqual(open, { elapsed: null, left: null, stepLeft: null, stepDone: null });
});

test("a step without a length is done at once", () => {
  assert.equal(courseOf({ ...said, stepBeganAt: 1000, stepEndsAt: 1000 }, 0).stepDone, 1);
});

test("time is told as a clock tells it", () => {
  assert.equal(clockOf(0), "0:00");
  assert.equal(clockOf(154.9), "2:34");
  assert.equal(clockOf(3725), "1:02:05");
});
